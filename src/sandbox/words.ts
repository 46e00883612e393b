const digits = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/** The words somebody says when reading a text: lower case, single digits spelled, no punctuation. */
export function spokenWords(text: string): string[] {
  return text
    .toLowerCase()
    .replaceAll(/\d/g, (digit) => ` ${digits[Number(digit)] ?? ""} `)
    .replaceAll("’", "'")
    .split(/[^a-z']+/)
    .map((word) => word.replaceAll(/^'+|'+$/g, ""))
    .filter((word) => word !== "");
}

/** How many words must be replaced, added or left out to make one text of the other, by `spokenWords`. */
export function wordErrors(said: string, heard: string): number {
  const wanted = spokenWords(said);
  const got = spokenWords(heard);
  let row = got.map((_, index) => index + 1);
  for (const [index, word] of wanted.entries()) {
    let corner = index;
    let left = index + 1;
    row = row.map((above, column) => {
      left = Math.min(above + 1, left + 1, corner + (got[column] === word ? 0 : 1));
      corner = above;
      return left;
    });
  }
  return row.at(-1) ?? wanted.length;
}
