import { createSocket } from "node:dgram";
import { getCiphers } from "node:crypto";
import { once } from "node:events";

import { DAVESession } from "@discordjs/voice";

/** Whether this machine can take part in a voice channel. */
export interface VoiceInspection {
  /** Discord's end-to-end encryption (DAVE), without which nothing is heard. */
  readonly endToEnd: boolean;
  /** The cipher of the way to Discord's voice server; where it is missing, one in JavaScript is used. */
  readonly fastCipher: boolean;
  /** Whether a socket for voice can be opened. */
  readonly udp: boolean;
}

/** Tries each; sends nothing. */
export async function inspectVoice(): Promise<VoiceInspection> {
  return { endToEnd: daveWorks(), fastCipher: getCiphers().includes("aes-256-gcm"), udp: await udpWorks() };
}

/** Makes a session of no channel, which takes the native code that comes with the voice library. */
function daveWorks(): boolean {
  try {
    const session = new DAVESession(1, "1", "2", {});
    session.reinit();
    session.destroy();
    return true;
  } catch {
    return false;
  }
}

async function udpWorks(): Promise<boolean> {
  const socket = createSocket("udp4");
  try {
    socket.bind(0);
    await once(socket, "listening");
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}
