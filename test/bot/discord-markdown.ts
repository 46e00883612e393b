/**
 * A small reader of Discord's Markdown (simple-markdown's rules, as its clients use them): what is shown, and everything that is not
 * plain text. Written from the rules, not from our escaping.
 */
export interface Rendered {
  readonly text: string;
  /** Names of the rules that matched: bold, link, mention … */
  readonly formats: readonly string[];
}

interface Rule {
  readonly name: string;
  readonly pattern: RegExp;
  /** Only at the beginning of a line. */
  readonly lineStart?: true;
}

const rules: readonly Rule[] = [
  { name: "heading", pattern: /^#{1,3}\s+(?=\S)/, lineStart: true },
  { name: "subtext", pattern: /^-#\s+(?=\S)/, lineStart: true },
  { name: "quote", pattern: /^>(?:>>)?\s/, lineStart: true },
  { name: "list", pattern: /^(?:[-*+]|\d{1,9}[.)])\s+(?=\S)/, lineStart: true },
  { name: "code", pattern: /^(`+)[^]*?[^`]\1(?!`)/ },
  { name: "bold", pattern: /^\*\*(?=\S)[^]+?\*\*(?!\*)/ },
  { name: "underline", pattern: /^__(?=\S)[^]+?__(?!_)/ },
  { name: "italics", pattern: /^(?:\*(?=\S)[^*]+?\*(?!\*)|_(?=\S)[^_]+?_\b)/ },
  { name: "strike", pattern: /^~~(?=\S)[^]+?~~/ },
  { name: "spoiler", pattern: /^\|\|[^]+?\|\|/ },
  { name: "link", pattern: /^\[(?:\[[^\]]*\]|[^[\]]|\](?=[^[]*\]))*\]\(\s*<?\S+?>?\s*(?:"[^]*?")?\s*\)/ },
  { name: "mention", pattern: /^<(?:@[!&]?|#)\d+>/ },
  { name: "everyone", pattern: /^@(?:everyone|here)/ },
  { name: "emoji", pattern: /^(?:<a?:\w{2,32}:\d+>|:[\w+-]*[a-z][\w+-]*:)/i },
  { name: "timestamp", pattern: /^<t:-?\d+(?::[tTdDfFR])?>/ },
  { name: "command", pattern: /^<\/[-\w ]+:\d+>/ },
  { name: "navigation", pattern: /^<id:\w+>/ },
  { name: "hidden link", pattern: /^<(?:https?:\/\/|mailto:|tel:)[^ >]+>/ },
  { name: "contact", pattern: /^<(?:\+\d+|[^\s<>@]+@[^\s<>]+)>/ },
];

/** An address becomes a link as it stands: nothing in it is Markdown, an escape no less (simple-markdown's rule `url`). */
const address = /^https?:\/\/[^\s<]+[^<.,:;"')\]\s]/;

/** Reads a message from left to right; at each position the first rule that matches wins, as in Discord's clients. */
export function renderMarkdown(source: string): Rendered {
  const formats: string[] = [];
  let text = "";
  for (let position = 0; position < source.length;) {
    const rest = source.slice(position);
    const escape = /^\\[^0-9A-Za-z\s]/.exec(rest);
    if (escape) {
      const shown = firstCharacter(rest.slice(1));
      text += shown;
      position += 1 + shown.length;
      continue;
    }
    const [link] = address.exec(rest) ?? [];
    if (link !== undefined) {
      text += link;
      position += link.length;
      continue;
    }
    const startsLine = position === 0 || source[position - 1] === "\n";
    const rule = rules.find(({ pattern, lineStart }) => (startsLine || !lineStart) && pattern.test(rest));
    if (rule) formats.push(rule.name);
    const shown = firstCharacter(rest);
    text += shown;
    position += shown.length;
  }
  return { text, formats };
}

function firstCharacter(text: string): string {
  return String.fromCodePoint(text.codePointAt(0) ?? 0);
}
