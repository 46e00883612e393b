import type { Store } from "../../store/store.ts";
import { retentionOf } from "../../store/retention.ts";
import type { RequestData } from "./request.ts";

/** What is known of a request beyond its job: to save its words in other formats, to ask again, to take its answer away. */
export interface KeptRequest {
  readonly version: 1;
  /** Without sources where the server keeps nothing. */
  readonly data: RequestData;
  /** Of each recording, once it was heard: finds its transcript in the cache. */
  readonly keys: readonly (string | null)[];
  /** Where its messages are, the first one first; null while there is none, or nobody but the asker sees them. */
  readonly answer: { readonly channelId: string; readonly messageIds: readonly string[] } | null;
}

export interface KeptRequests {
  /** Whether it can be asked again, or its words be saved. */
  isUseful(data: RequestData): Promise<boolean>;
  put(id: string, request: KeptRequest): Promise<void>;
  get(id: string): Promise<KeptRequest | undefined>;
  /** Requests for the recordings of a message. */
  ofMessage(messageId: string): Promise<readonly { readonly id: string; readonly request: KeptRequest }[]>;
  delete(id: string): Promise<void>;
}

export interface KeptRequestsOptions {
  readonly store: Pick<Store, "requests" | "settings">;
  /** The most that any server may have. */
  readonly operatorDays: number;
}

const dayMs = 24 * 3_600_000;
/** Ids stay for as long as those of other answers, so that what is public can be taken away. */
const leastDays = 2;

export function createKeptRequests({ store, operatorDays }: KeptRequestsOptions): KeptRequests {
  const daysFor = async ({ settingsOf }: RequestData): Promise<number> => {
    if (settingsOf === null) return operatorDays;
    const { retentionDays } = await store.settings.get(settingsOf.guildId, null);
    return retentionOf(retentionDays, operatorDays);
  };

  return {
    isUseful: async (data) => (await daysFor(data)) > 0,
    async put(id, request) {
      const { data } = request;
      const days = await daysFor(data);
      const sources = data.sources.map(({ authorId, message }) => ({
        memberId: authorId,
        messageId: message?.messageId ?? null,
      }));
      await store.requests.put({
        id,
        askerId: data.userId,
        details: JSON.stringify(days > 0 ? request : { ...request, data: { ...data, sources: [] } }),
        sources,
        expiresAtMs: Date.now() + Math.max(days, leastDays) * dayMs,
      });
    },
    async get(id) {
      const details = await store.requests.get(id);
      return details === undefined ? undefined : readKept(details);
    },
    async ofMessage(messageId) {
      const found = await store.requests.ofMessage(messageId);
      return found.flatMap(({ id, details }) => {
        const request = readKept(details);
        return request ? [{ id, request }] : [];
      });
    },
    delete: (id) => store.requests.delete(id),
  };
}

function readKept(details: string): KeptRequest | undefined {
  const value: unknown = JSON.parse(details);
  return isKept(value) ? value : undefined;
}

/** Nobody but this file writes them: the version says the rest. */
function isKept(value: unknown): value is KeptRequest {
  return typeof value === "object" && value !== null && "version" in value && value.version === 1;
}
