import type { DiscordGatewayAdapterCreator } from "@discordjs/voice";

/** Discord's main gateway as the voice library sees it, with us in between. */
export interface WatchedAdapter {
  readonly creator: DiscordGatewayAdapterCreator;
  /** Where Discord last said that the bot is, or where it wants to be. */
  readonly channelId: string;
  /** Lets nothing through to Discord until `release`: the library would rejoin at once and without end (defect D). */
  hold(): void;
  release(): void;
  /** Leaves by `depart`, which may say false where there is nothing to leave. */
  departBy(depart: () => unknown): void;
  /** Whether we asked to leave and Discord has not said yet that we did. */
  readonly departing: boolean;
}

export interface AdapterWatch {
  /** The bot is in no voice channel any more; `asked` where `departBy` was why. */
  onGone(asked: boolean): void;
  onMoved(channelId: string): void;
  /** Whether the server lets the bot hear anything; told each time that Discord mentions it. */
  onDeafened(deafened: boolean): void;
  /** The library would have thrown into the gateway's event handler. */
  onFault(error: unknown): void;
}

export function watchAdapter(
  create: DiscordGatewayAdapterCreator,
  goal: string,
  watch: AdapterWatch,
): WatchedAdapter {
  let channelId = goal;
  let held = false;
  let departing = false;

  const onVoiceState = (next: string | null, deafened: boolean): void => {
    const asked = departing;
    departing = false;
    if (next === null) {
      watch.onGone(asked);
      return;
    }
    watch.onDeafened(deafened);
    if (next === channelId) return;
    channelId = next;
    watch.onMoved(next);
  };
  const creator: DiscordGatewayAdapterCreator = (library) => {
    const adapter = create({
      destroy: () => library.destroy(),
      onVoiceServerUpdate: (data) => soon(watch, () => library.onVoiceServerUpdate(data)),
      onVoiceStateUpdate: (data) =>
        soon(watch, () => {
          library.onVoiceStateUpdate(data);
          onVoiceState(data.channel_id, data.deaf);
        }),
    });
    return {
      sendPayload: (payload: unknown) => held || adapter.sendPayload(payload),
      destroy: () => adapter.destroy(),
    };
  };
  return {
    creator,
    get channelId() {
      return channelId;
    },
    hold() {
      held = true;
    },
    release() {
      held = false;
    },
    departBy(depart) {
      departing = true;
      departing = depart() !== false;
    },
    get departing() {
      return departing;
    },
  };
}

/** Later, because an adapter may answer before the library has returned the connection that is to be guarded. */
function soon(watch: AdapterWatch, act: () => void): void {
  queueMicrotask(() => {
    try {
      act();
    } catch (error) {
      watch.onFault(error);
    }
  });
}
