/** What was asked for: the calls that the double knows. */
export type Endpoint = "short-audio" | "sentence" | "tokens" | "projects" | "unknown";

/** Whether a call is for recognition: those count against the quota. */
export function isRecognition(endpoint: Endpoint): boolean {
  return endpoint === "short-audio" || endpoint === "sentence";
}

/** A request as the double saw it: times, sizes and how it ended; never audio, text, names or keys. */
export interface SisRequest {
  readonly endpoint: Endpoint;
  readonly requestId: string;
  /** When its headers were here, in ms on the process's monotonic clock, with fractions. */
  readonly arrivedMs: number;
  /** When the answer had left or the connection was gone. */
  endedMs: number | undefined;
  bodyBytes: number;
  authentication: "token" | "signature" | "none";
  /** Length of the audio it brought, once that is known. */
  audioMs: number | undefined;
  /** HTTP status; undefined while it runs and where none was ever sent. */
  httpStatus: number | undefined;
  /** The error's code, or "" for a refused password; undefined where none was sent. */
  code: string | undefined;
  /** The fault that was played on it. */
  fault: string | undefined;
}

export interface Journal {
  /** In the order of arrival; the latest hundred thousand. */
  readonly requests: readonly SisRequest[];
  open(endpoint: Endpoint, requestId: string): SisRequest;
  /** Requests for recognition that arrived in the fullest second, wherever it begins. */
  worstSlidingSecond(): number;
  clear(): void;
}

const mostRequests = 100_000;

/** An empty journal. */
export function createJournal(): Journal {
  const requests: SisRequest[] = [];
  return {
    requests,
    open(endpoint, requestId) {
      const request: SisRequest = {
        endpoint,
        requestId,
        arrivedMs: performance.now(),
        endedMs: undefined,
        bodyBytes: 0,
        authentication: "none",
        audioMs: undefined,
        httpStatus: undefined,
        code: undefined,
        fault: undefined,
      };
      if (requests.push(request) > mostRequests) requests.shift();
      return request;
    },
    worstSlidingSecond() {
      const arrivals = requests.filter(({ endpoint }) => isRecognition(endpoint)).map((one) => one.arrivedMs);
      let from = 0;
      let worst = 0;
      for (const [index, arrivedMs] of arrivals.entries()) {
        while (arrivedMs - (arrivals[from] ?? arrivedMs) >= 1000) from += 1;
        worst = Math.max(worst, index - from + 1);
      }
      return worst;
    },
    clear() {
      requests.length = 0;
    },
  };
}

/** So many requests in any window of this length. */
export interface Quota {
  readonly requests: number;
  readonly windowMs: number;
}

/** Takes requests by their arrival while no window would hold more than the quota; refused ones do not count. */
export function createQuota(quota: Quota): { take(arrivedMs: number): boolean } {
  const taken: number[] = [];
  return {
    take(arrivedMs) {
      while (taken.length > 0 && arrivedMs - (taken[0] ?? 0) >= quota.windowMs) taken.shift();
      if (taken.length >= quota.requests) return false;
      taken.push(arrivedMs);
      return true;
    },
  };
}
