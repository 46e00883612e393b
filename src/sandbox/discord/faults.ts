/** Ways in which the next matching request goes wrong. The first group is for any request, the second for the CDN. */
export type FaultKind =
  /** Answers this status instead of doing anything. 500 and such come without JSON, as from a proxy. */
  | { readonly kind: "status"; readonly status: number; readonly code?: number; readonly message?: string }
  /** 429 with this wait. */
  | {
      readonly kind: "rate-limit";
      readonly retryAfterMs: number;
      readonly scope?: "user" | "global" | "shared";
    }
  /** Never answers; the connection stays open. */
  | { readonly kind: "hang" }
  /** Closes the connection hard. */
  | { readonly kind: "reset" }
  /** Answers 200 with text that is no JSON. */
  | { readonly kind: "malformed" }
  /** Answers as it should, but late. */
  | { readonly kind: "delay"; readonly delayMs: number }
  /** CDN: sends the file with pauses, so many bytes a second. */
  | { readonly kind: "drip"; readonly bytesPerSecond: number }
  /** CDN: sends so many bytes, then nothing more; the connection stays open. */
  | { readonly kind: "stall"; readonly afterBytes: number }
  /** CDN: sends so many bytes of a longer content-length, then closes. */
  | { readonly kind: "truncate"; readonly afterBytes: number }
  /** CDN: 302. */
  | { readonly kind: "redirect"; readonly location: string }
  /** CDN: a content-length that is not the file's; null leaves it out. */
  | { readonly kind: "length"; readonly contentLength: number | null }
  /** CDN: a body of so many zero bytes, without a content-length. */
  | { readonly kind: "huge"; readonly bytes: number };

/** Which requests, and how often. */
export type Fault = FaultKind & {
  readonly method?: string;
  /** The path below /api/v10, or on the CDN; * stands for anything. All paths unless given. */
  readonly path?: string;
  /** Once unless given. */
  readonly times?: number;
  /** Does what was asked first, then goes wrong: the answer is lost, not the deed. */
  readonly afterwards?: boolean;
};

/** The faults to come, the first that matches is used up first. */
export interface Faults {
  add(fault: Fault): void;
  take(method: string, path: string): Fault | undefined;
  clear(): void;
}

function matches(fault: Fault, method: string, path: string): boolean {
  if (fault.method !== undefined && fault.method !== method) return false;
  if (fault.path === undefined) return true;
  const pattern = fault.path.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${pattern.join(".*")}$`).test(path);
}

export function createFaults(): Faults {
  let waiting: { readonly fault: Fault; left: number }[] = [];
  return {
    add: (fault) => {
      waiting.push({ fault, left: fault.times ?? 1 });
    },
    take: (method, path) => {
      const found = waiting.find(({ fault }) => matches(fault, method, path));
      if (!found) return undefined;
      found.left -= 1;
      if (found.left <= 0) waiting = waiting.filter((one) => one !== found);
      return found.fault;
    },
    clear: () => {
      waiting = [];
    },
  };
}
