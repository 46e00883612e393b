import type { RecognizerName } from "../config.ts";
import type { Log } from "../log.ts";
import { fallingBack } from "../recognizers/falling-back.ts";
import { matchLanguage } from "../recognizers/languages.ts";
import type { RecognizerFor, RecognizerSettings } from "../recognizers/recognizer.ts";
import type { StreamingService } from "../recognizers/streaming-recognizer.ts";
import type { Services } from "./services.ts";

/** Who hears, and who else may be asked where that one cannot be reached. */
export interface Choice {
  readonly recognizer: RecognizerName;
  readonly fallback: readonly RecognizerName[];
}

/** What a choice comes to. */
export interface Chosen {
  /** "sis", or "sis+tencent" with all that may be asked. */
  readonly names: string;
  /** The hosts the audio may go to, between commas; null where all of it stays on this machine. */
  readonly host: string | null;
  readonly languages: readonly string[];
  readonly recognizerFor: RecognizerFor;
  /** The first one's, where it listens while people speak. */
  readonly streaming: StreamingService | undefined;
  readonly streamingHost: string | null;
}

/**
 * Opens what was chosen. A fallback that does not hear what is asked for, such as another language, stands back; where it
 * does not even hear the configured language, it never serves, and the log says so once.
 */
export function openChosen({ recognizer, fallback }: Choice, services: Services, log: Log): Chosen {
  const first = services.open(recognizer);
  const [spoken] = first.languages;
  const others = [...new Set(fallback)]
    .filter((name) => name !== recognizer)
    .map((name) => services.open(name))
    .filter(({ name, languages }) => {
      const fits = hears(languages, spoken);
      if (!fits)
        log.warn(
          { event: "fallback-unfit", recognizer: name },
          "it does not hear the language; it is left out",
        );
      return fits;
    });
  const all = [first, ...others];
  const hosts = all.flatMap(({ host }) => host ?? []);
  return {
    names: all.map(({ name }) => name).join("+"),
    host: hosts.length === 0 ? null : [...new Set(hosts)].join(", "),
    languages: first.languages,
    streaming: first.streaming,
    streamingHost: first.streamingHost,
    recognizerFor(settings = {}) {
      const elsewhere = settingsElsewhere(settings, spoken);
      const able = others.filter(({ languages }) => hears(languages, elsewhere.language));
      const last = able.at(-1);
      if (last === undefined) return first.recognizerFor(settings);
      return fallingBack(first.impatientFor(settings), [
        ...able.slice(0, -1).map((other) => other.impatientFor(elsewhere)),
        last.recognizerFor(elsewhere),
      ]);
    },
  };
}

/** What means the same at another service: a property and a list of hot words are the first one's own. */
function settingsElsewhere(settings: RecognizerSettings, spoken: string | undefined): RecognizerSettings {
  const { language = spoken, addPunc, digitNorm } = settings;
  return { language, addPunc, digitNorm };
}

function hears(languages: readonly string[], language: string | undefined): boolean {
  return language === undefined || matchLanguage(languages, language) !== undefined;
}
