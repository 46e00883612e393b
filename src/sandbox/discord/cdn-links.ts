import { createHmac, timingSafeEqual } from "node:crypto";

import type { World } from "./world.ts";

/** ex and is are hex Unix seconds, hm signs them with the path (Discord API reference, "Signed Attachment CDN URLs"). */
function signature(world: World, path: string, ex: string, is: string): Buffer {
  return createHmac("sha256", world.cdn.secret).update(`${path}\n${ex}\n${is}`).digest();
}

/** A link to a file of the CDN, valid from now for as long as links live. */
export function linkTo(world: World, path: string): string {
  const nowMs = world.clock.nowMs();
  const is = Math.floor(nowMs / 1000).toString(16);
  const ex = Math.floor((nowMs + world.cdn.linkLifetimeMs) / 1000).toString(16);
  const hm = signature(world, path, ex, is).toString("hex");
  return `${world.cdn.origin}${path}?ex=${ex}&is=${is}&hm=${hm}&`;
}

/** Whether a link was given out by this server and is still alive. */
export function isLinkAlive(world: World, path: string, query: URLSearchParams): boolean {
  const ex = query.get("ex") ?? "";
  const given = Buffer.from(query.get("hm") ?? "", "hex");
  const wanted = signature(world, path, ex, query.get("is") ?? "");
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return false;
  return Number.parseInt(ex, 16) * 1000 > world.clock.nowMs();
}
