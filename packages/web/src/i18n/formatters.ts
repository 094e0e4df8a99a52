/** One formatter for each language: to make one takes longer than to draw the row that shows what it wrote. */
export function perLanguage<Formatter>(make: (language: string) => Formatter): (language: string) => Formatter {
  const made = new Map<string, Formatter>();
  return (language) => {
    const known = made.get(language);
    if (known !== undefined) return known;
    const formatter = make(language);
    made.set(language, formatter);
    return formatter;
  };
}

const numbers = perLanguage((language) => new Intl.NumberFormat(language));

/** A number as the language writes it: `1,234`. */
export const formatNumber = (value: number, language: string): string => numbers(language).format(value);

/** The rules by which a language tells one from many. */
export const pluralRules = perLanguage((language) => new Intl.PluralRules(language));
