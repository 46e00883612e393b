/** How the service of the quota benchmark behaves. */
export interface ServiceSettings {
  readonly qps: number;
  /** Each request travels up to so much longer than another, evenly spread. */
  readonly jitterMs: number;
  readonly seed: number;
}

/** What the service saw, on its own clock: when each request arrived, and whether it was one too many. */
export interface Seen {
  readonly atMs: number;
  readonly refused: boolean;
}

/** How a process of the benchmark takes its slots. */
export interface ClientSettings {
  readonly url: string;
  readonly path: string;
  readonly limiter: "slots" | "slots over Redis" | "fixed window";
  readonly redisUrl: string;
  readonly qps: number;
}
