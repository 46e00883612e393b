import { stdout } from "node:process";
import { styleText } from "node:util";

/** Prints a conversation as a chat would show it. Colours only where stdout is a terminal that wants them. */
export interface Screen {
  /** A line across, with a name on it. */
  channel(name: string): void;
  /** A line of the narrator. */
  tell(text: string): void;
  voiceNote(note: {
    readonly author: string;
    readonly seconds: number;
    readonly waveform: string;
    readonly about: string;
  }): void;
  thread(name: string): void;
  /** A message in a thread: Markdown escapes are shown as a reader would see them, subtext lines faint. */
  message(author: string, content: string): void;
  gap(): void;
}

const width = 92;
const bars = "▁▂▃▄▅▆▇█";

function style(format: Parameters<typeof styleText>[0], text: string): string {
  return styleText(format, text, { stream: stdout });
}

function write(line: string): void {
  stdout.write(`${line}\n`);
}

export function createScreen(): Screen {
  return {
    channel(name) {
      const title = ` # ${name} `;
      write(`\n${style("bold", `──${title}${"─".repeat(width - title.length - 2)}`)}\n`);
    },
    tell: (text) => write(style("dim", text)),
    voiceNote({ author, seconds, waveform, about }) {
      const length = clock(seconds);
      write(`${style(["bold", "cyan"], author)}  ${style("dim", about)}`);
      write(`  ▶ ${style("cyan", barsOf(waveform, 48))} ${length}\n`);
    },
    thread: (name) => write(`  ${style("dim", "└ thread")} ${style("bold", name)}`),
    message(author, content) {
      write(`    ${style(["bold", "magenta"], author)}`);
      for (const line of content.split("\n")) {
        const faint = line.startsWith("-# ");
        for (const part of wrap(unescaped(faint ? line.slice(3) : line), width - 4)) {
          write(`    ${faint ? style("dim", part) : withBold(part)}`);
        }
      }
    },
    gap: () => write(""),
  };
}

/** 1:07 */
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Discord's waveform, Base64 with one byte a point, as a row of blocks. */
function barsOf(waveform: string, columns: number): string {
  const points = Buffer.from(waveform, "base64");
  const loudest = Math.max(1, ...points);
  return Array.from({ length: columns }, (_, column) => {
    const [from, to] = [column, column + 1].map((edge) => Math.floor((edge * points.length) / columns));
    const part = points.subarray(from, Math.max(Number(to), Number(from) + 1));
    return bars[Math.round((Math.max(0, ...part) / loudest) * (bars.length - 1))];
  }).join("");
}

/** Names stand in bold before what was said. */
function withBold(text: string): string {
  return text.replaceAll(/\*\*(.+?)\*\*/g, (_, name: string) => style("bold", name));
}

function unescaped(markdown: string): string {
  return markdown.replaceAll(/\\([\\*_~`|>#[\]()<:@-])/g, "$1");
}

function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
