import { type Finding, ok, warning, broken } from "./finding.ts";

/** Signed requests are refused when their time is further off (Huawei API Gateway: 15 minutes). */
const refusedMs = 15 * 60_000;
/** An answer is dated to the second, and takes a while. */
const fineMs = 30_000;

/** How this machine's clock stands beside Discord's, which is right. */
export function clockFinding(aheadMs: number): Finding {
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const about = "Clock";
  if (Math.abs(aheadMs) < fineMs) return ok(about, "right");
  const said = `${seconds} s ${aheadMs > 0 ? "ahead" : "behind"}`;
  const mend = "let the system keep its time (timedatectl set-ntp true)";
  return Math.abs(aheadMs) < refusedMs
    ? warning(about, said, mend)
    : broken(about, `${said}: signed requests are refused`, mend);
}
