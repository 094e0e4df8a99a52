const escapes: Readonly<Record<string, string>> = {
  '|': '|7c|',
  '"': '|22|',
  ';': '|3b|',
  ':': '|3a|',
  '\\': '|5c|',
  '\r': '|0d|',
  '\n': '|0a|',
  '0x': '|30 78|',
};

/** A value as the content of a rule: what means something in rules is written as bytes. */
export function ruleContent(value: string): string {
  return value.replaceAll(/0x|[|";:\\\r\n]/g, (found) => escapes[found] ?? found);
}

/** Content within a regular expression between slashes, as PHP's preg_quote writes it. */
export function ruleRegex(content: string): string {
  return content.replaceAll(/[.\\+*?[^\]$(){}=!<>|:\-#]/g, (letter) => `\\${letter}`).replaceAll('/', '\\/');
}

/** A name in DNS wire form (RFC 1035, section 3.1): each label behind its length, closed by the root. */
export function dnsContent(name: string): string {
  const labels = name.split('.').filter((label) => label !== '');
  const texts = labels.map((label) => {
    const length = Buffer.byteLength(label).toString(16).padStart(2, '0');
    return `|${length}|${ruleContent(label)}`;
  });
  return `${texts.join('')}|00|`;
}

/** Text of a message that is not of our making: one line, and nothing that ends an option. */
export function messageText(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/\\?;/g, '\\;');
}
