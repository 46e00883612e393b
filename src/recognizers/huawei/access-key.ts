import type { Dispatcher } from "undici";
import { z } from "zod";

import { RecognizerError } from "../errors.ts";
import { singleFlight, unlessAborted } from "../single-flight.ts";
import { createRefusalMemory, noProject, type Credentials, type Pass } from "./credentials.ts";
import { exchange } from "../http.ts";
import { parseJson } from "../http-faults.ts";
import { signSdkHmac, type AccessKey } from "./sdk-hmac.ts";
import { malformed, refusal } from "./sis-errors.ts";

export interface AccessKeyOptions {
  readonly key: AccessKey;
  /** As in https://iam.ap-southeast-3.myhuaweicloud.com. */
  readonly iamEndpoint: string;
  /** The region's name is the name of its project. */
  readonly region: string;
  /** Asked of IAM when it is not given and `needsProject`, which is true unless told. */
  readonly projectId?: string | undefined;
  readonly needsProject?: boolean;
  readonly dispatcher: Dispatcher;
  readonly timeoutMs?: number;
  /** How long a first refused signature is remembered before anything is signed again, in ms. */
  readonly refusalMs?: number | undefined;
}

/** One slip of a gateway passes soon. With these pauses no five minutes hold more than four refusals. */
const FIRST_REFUSAL_MS = 1000;
const SECOND_REFUSAL_MS = 60_000;

const LOOKUP_TIMEOUT_MS = 15_000;

/** Everyone who waits when IAM fails is told of that failure, rather than asking one after another. */
const SHARED_FAILURE_MS = 250;

const projectsSchema = z.object({
  projects: z.array(z.object({ id: z.string().min(1), name: z.string().nullish() })),
});

/**
 * Signs every request. A refused signature is final: more than five in a row lock the pair for five minutes, so nothing
 * is sent for a while after one.
 */
export function createAccessKeyCredentials(options: AccessKeyOptions): Credentials {
  const memory = createRefusalMemory(options.refusalMs ?? FIRST_REFUSAL_MS, SECOND_REFUSAL_MS);
  const closing = new AbortController();
  let projectId = options.projectId;

  const lookUpOnce = singleFlight(
    async () => {
      try {
        projectId = await lookUpProject(options, closing.signal);
        return projectId;
      } catch (error) {
        const refused = error instanceof RecognizerError && error.kind === "credentials";
        throw refused ? memory.refuse(error) : error;
      }
    },
    () => SHARED_FAILURE_MS,
  );

  return {
    async pass(signal): Promise<Pass> {
      signal.throwIfAborted();
      memory.check();
      const needed = options.needsProject ?? true;
      const project = projectId ?? (needed ? await unlessAborted(lookUpOnce(), signal) : "");
      const ofProject: Record<string, string> = project === "" ? {} : { "X-Project-Id": project };
      return {
        projectId: project,
        headers: (request) =>
          signSdkHmac({ ...request, headers: { ...request.headers, ...ofProject } }, options.key, new Date()),
        accepted: () => memory.forget(),
        refused: (error) => memory.refuse(error),
      };
    },
    close: () => closing.abort(),
  };
}

/** SIS 6.2: the project of a region carries the region's name. */
async function lookUpProject(options: AccessKeyOptions, signal: AbortSignal): Promise<string> {
  const url = new URL("/v3/projects", options.iamEndpoint);
  url.searchParams.set("name", options.region);
  const answer = await exchange(options.dispatcher, {
    service: "IAM",
    method: "GET",
    url,
    headers: signSdkHmac({ method: "GET", url, headers: {} }, options.key, new Date()),
    signal,
    timeoutMs: options.timeoutMs ?? LOOKUP_TIMEOUT_MS,
  });
  if (answer.status !== 200) throw refusal(answer, "IAM");
  const body = projectsSchema.safeParse(parseJson(answer.body)).data;
  if (!body) throw malformed(answer, "IAM");
  const [project] = body.projects.filter(({ name }) => name == null || name === options.region);
  if (!project) throw noProject(options.region);
  return project.id;
}
