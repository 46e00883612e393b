import type { SampleRate } from "../../audio/pcm.ts";
import { matchLanguage, unheardLanguage } from "../languages.ts";

/** Engines for a language at 16 kHz (SentenceRecognition, EngSerViceType), by the language's BCP-47 tag. */
const engines: ReadonlyMap<string, string> = new Map([
  ["en", "16k_en"],
  ["zh-CN", "16k_zh"],
  ["yue", "16k_yue"],
  ["ja", "16k_ja"],
  ["ko", "16k_ko"],
  ["vi", "16k_vi"],
  ["ms", "16k_ms"],
  ["id", "16k_id"],
  ["fil", "16k_fil"],
  ["th", "16k_th"],
  ["pt", "16k_pt"],
  ["tr", "16k_tr"],
  ["ar", "16k_ar"],
  ["es", "16k_es"],
  ["hi", "16k_hi"],
  ["fr", "16k_fr"],
  ["de", "16k_de"],
]);

/** The rate an engine is trained for, from its name. */
export function rateOfEngine(engine: string): SampleRate {
  return engine.startsWith("8k_") ? 8000 : 16_000;
}

/** Languages that can be asked for, that of the configured engine first. */
export function languagesOfEngines(configured: string): readonly string[] {
  const own = languageOfEngine(configured);
  return [...new Set([...(own === undefined ? [] : [own]), ...engines.keys()])];
}

/** The engine for a language: the configured one where it speaks it. Throws RecognizerError LANGUAGE.UNHEARD. */
export function engineFor(language: string, configured: string): string {
  const match = matchLanguage(languagesOfEngines(configured), language);
  const engine = match === languageOfEngine(configured) ? configured : engines.get(match ?? "");
  if (match === undefined || engine === undefined) throw unheardLanguage("Tencent", language);
  return engine;
}

/** "en" for 16k_en and 8k_en, "zh-CN" for 16k_zh_medical; undefined for what is newer than this table. */
export function languageOfEngine(engine: string): string | undefined {
  const name = /^(?:8k|16k)_([a-z]+)/.exec(engine)?.[1];
  return [...engines].find(([, known]) => known === `16k_${name}`)?.[0];
}
