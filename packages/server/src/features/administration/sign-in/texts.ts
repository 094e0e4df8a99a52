/** Words of the pages that are shown before the web client is. */
export interface SignInTexts {
  /** BCP 47 tag, for the page's `lang`. */
  language: string;
  signIn: string;
  mail: string;
  password: string;
  failed: string;
  /** `{seconds}` is the time to wait. */
  tooMany: string;
  foreign: string;
  signOut: string;
  signOutQuestion: string;
  changePassword: string;
  mustChange: string;
  currentPassword: string;
  newPassword: string;
  repeatPassword: string;
  /** `{length}` is the shortest allowed. */
  rule: string;
  weak: string;
  same: string;
  wrongCurrent: string;
  different: string;
  save: string;
  notBuilt: string;
  code: string;
  codeOfDevice: string;
  codeOfMail: string;
  wrongCode: string;
  startOver: string;
  secondFactor: string;
  setUpSecondFactor: string;
  passwordsOff: string;
  terms: string;
  acceptTerms: string;
  downloadTerms: string;
}

const english: SignInTexts = {
  language: 'en',
  signIn: 'Sign in',
  mail: 'E-mail',
  password: 'Password',
  failed: 'Invalid username or password, try again',
  tooMany: 'You have reached the maximum number of login attempts. Please wait {seconds} seconds and try again.',
  foreign: 'The form was not sent from this site. Please try again.',
  signOut: 'Sign out',
  signOutQuestion: 'Do you want to sign out of this browser?',
  changePassword: 'Change password',
  mustChange: 'Please choose a password of your own before you go on.',
  currentPassword: 'Current password',
  newPassword: 'New password',
  repeatPassword: 'New password again',
  rule: 'At least {length} characters with capital and small letters and a digit or symbol, or 16 characters of any kind.',
  weak: 'The new password does not meet the rule below.',
  same: 'The new password must differ from the current one.',
  wrongCurrent: 'The current password is not right.',
  different: 'The two new passwords differ.',
  save: 'Save',
  notBuilt: 'The web client has not been built. The API is available.',
  code: 'Code',
  codeOfDevice: 'Enter the code of your authenticator, or the next one of your paper list.',
  codeOfMail: 'Enter the code that was sent to you by mail.',
  wrongCode: 'Invalid OTP code, please try again.',
  startOver: 'Start over',
  secondFactor: 'Second factor',
  setUpSecondFactor: 'Put this secret into your authenticator, and enter the code that it shows.',
  passwordsOff: 'Signing in with a password is switched off on this instance.',
  terms: 'Terms of use',
  acceptTerms: 'I accept',
  downloadTerms: 'Download the terms',
};

const french: SignInTexts = {
  language: 'fr',
  signIn: 'Connexion',
  mail: 'Adresse e-mail',
  password: 'Mot de passe',
  failed: 'Identifiant ou mot de passe incorrect, réessayez',
  tooMany: 'Trop de tentatives de connexion. Patientez {seconds} secondes, puis réessayez.',
  foreign: 'Le formulaire n’a pas été envoyé depuis ce site. Veuillez réessayer.',
  signOut: 'Déconnexion',
  signOutQuestion: 'Voulez-vous vous déconnecter de ce navigateur ?',
  changePassword: 'Changer le mot de passe',
  mustChange: 'Veuillez choisir votre propre mot de passe avant de continuer.',
  currentPassword: 'Mot de passe actuel',
  newPassword: 'Nouveau mot de passe',
  repeatPassword: 'Répétez le nouveau mot de passe',
  rule: 'Au moins {length} caractères avec des majuscules, des minuscules et un chiffre ou un symbole, ou 16 caractères quelconques.',
  weak: 'Le nouveau mot de passe ne respecte pas la règle ci-dessous.',
  same: 'Le nouveau mot de passe doit être différent de l’actuel.',
  wrongCurrent: 'Le mot de passe actuel est incorrect.',
  different: 'Les deux nouveaux mots de passe sont différents.',
  save: 'Enregistrer',
  notBuilt: 'Le client web n’a pas été construit. L’API est disponible.',
  code: 'Code',
  codeOfDevice: 'Saisissez le code de votre application d’authentification, ou le prochain de votre liste papier.',
  codeOfMail: 'Saisissez le code qui vous a été envoyé par e-mail.',
  wrongCode: 'Code incorrect, réessayez.',
  startOver: 'Recommencer',
  secondFactor: 'Second facteur',
  setUpSecondFactor: 'Ajoutez ce secret à votre application d’authentification, puis saisissez le code affiché.',
  passwordsOff: 'La connexion par mot de passe est désactivée sur cette instance.',
  terms: 'Conditions d’utilisation',
  acceptTerms: 'J’accepte',
  downloadTerms: 'Télécharger les conditions',
};

const japanese: SignInTexts = {
  language: 'ja',
  signIn: 'サインイン',
  mail: 'メールアドレス',
  password: 'パスワード',
  failed: 'メールアドレスまたはパスワードが正しくありません。もう一度お試しください',
  tooMany: 'ログイン試行回数の上限に達しました。{seconds} 秒後にもう一度お試しください。',
  foreign: 'このフォームは本サイトから送信されていません。もう一度お試しください。',
  signOut: 'サインアウト',
  signOutQuestion: 'このブラウザーからサインアウトしますか？',
  changePassword: 'パスワードの変更',
  mustChange: '続ける前に、ご自身のパスワードを設定してください。',
  currentPassword: '現在のパスワード',
  newPassword: '新しいパスワード',
  repeatPassword: '新しいパスワード（確認）',
  rule: '大文字と小文字に数字または記号を含む {length} 文字以上、もしくは任意の 16 文字以上。',
  weak: '新しいパスワードが下記の条件を満たしていません。',
  same: '新しいパスワードは現在のものと異なる必要があります。',
  wrongCurrent: '現在のパスワードが正しくありません。',
  different: '新しいパスワードが一致しません。',
  save: '保存',
  notBuilt: 'ウェブクライアントがビルドされていません。API は利用できます。',
  code: 'コード',
  codeOfDevice: '認証アプリのコード、または紙のリストの次のコードを入力してください。',
  codeOfMail: 'メールで届いたコードを入力してください。',
  wrongCode: 'コードが正しくありません。もう一度お試しください。',
  startOver: '最初からやり直す',
  secondFactor: '二要素認証',
  setUpSecondFactor: 'このシークレットを認証アプリに登録し、表示されたコードを入力してください。',
  passwordsOff: 'このインスタンスではパスワードによるサインインは無効になっています。',
  terms: '利用規約',
  acceptTerms: '同意する',
  downloadTerms: '利用規約をダウンロード',
};

const chinese: SignInTexts = {
  language: 'zh-Hans',
  signIn: '登录',
  mail: '电子邮箱',
  password: '密码',
  failed: '邮箱或密码不正确，请重试',
  tooMany: '登录尝试次数已达上限。请等待 {seconds} 秒后重试。',
  foreign: '该表单不是从本站点发送的。请重试。',
  signOut: '退出登录',
  signOutQuestion: '要在此浏览器中退出登录吗？',
  changePassword: '修改密码',
  mustChange: '请先设置您自己的密码，然后继续。',
  currentPassword: '当前密码',
  newPassword: '新密码',
  repeatPassword: '再次输入新密码',
  rule: '至少 {length} 个字符，包含大写和小写字母以及数字或符号；或任意 16 个字符。',
  weak: '新密码不符合以下规则。',
  same: '新密码必须与当前密码不同。',
  wrongCurrent: '当前密码不正确。',
  different: '两次输入的新密码不一致。',
  save: '保存',
  notBuilt: '网页客户端尚未构建。API 可以使用。',
  code: '验证码',
  codeOfDevice: '请输入身份验证器中的验证码,或纸质列表中的下一个。',
  codeOfMail: '请输入通过邮件发送给您的验证码。',
  wrongCode: '验证码不正确,请重试。',
  startOver: '重新开始',
  secondFactor: '双重验证',
  setUpSecondFactor: '请将此密钥添加到身份验证器,然后输入其显示的验证码。',
  passwordsOff: '此实例已停用密码登录。',
  terms: '使用条款',
  acceptTerms: '我接受',
  downloadTerms: '下载使用条款',
};

const byPrimaryTag: Readonly<Record<string, SignInTexts>> = { en: english, fr: french, ja: japanese, zh: chinese };

/** The texts in the language the browser likes best of those there are; English when it names none of them. */
export function textsFor(acceptLanguage: string | undefined): SignInTexts {
  const wanted = (acceptLanguage ?? '')
    .slice(0, 500)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
      const quality = Number(parameters.find((text) => text.startsWith('q='))?.slice(2) ?? 1);
      return { primary: tag.split('-')[0] ?? '', quality: Number.isNaN(quality) ? 0 : quality };
    })
    .filter(({ primary, quality }) => quality > 0 && Object.hasOwn(byPrimaryTag, primary))
    .sort((a, b) => b.quality - a.quality);
  return byPrimaryTag[wanted[0]?.primary ?? ''] ?? english;
}
