/** What a person has to know after the very first start; the password is missing when it was given beforehand. */
export function describeAdministrator(email: string, password: string | undefined): string {
  const line = `The site administrator is ${email}`;
  return password === undefined ? line : `${line}\nwith the password ${password} (shown only now)`;
}
