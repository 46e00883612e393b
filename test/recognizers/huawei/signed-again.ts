import { signSdkHmac } from "../../../src/recognizers/huawei/sdk-hmac.ts";
import type { Arrival, Service } from "../service.ts";
import { accessKey } from "./sis-client.ts";

/** The signature that a request came with. */
export function signatureOf(arrival: Arrival | undefined): string | undefined {
  return /Signature=(\w+)/.exec(arrival?.headers.authorization ?? "")?.[1];
}

/** The headers a request says it signed, in their order. */
export function signedHeadersOf(arrival: Arrival | undefined): string[] {
  return /SignedHeaders=([^,]+)/.exec(arrival?.headers.authorization ?? "")?.[1]?.split(";") ?? [];
}

/** The signature our signer gives to a request as it arrived. */
export function signAgain(service: Service, arrival: Arrival | undefined): string | undefined {
  const names = signedHeadersOf(arrival);
  const headers = names.map((name) => [
    name === "x-sdk-date" ? "X-Sdk-Date" : name,
    String(arrival?.headers[name]),
  ]);
  const { Authorization } = signSdkHmac(
    {
      method: arrival?.method ?? "",
      url: service.url + String(arrival?.path),
      headers: Object.fromEntries(headers) as Record<string, string>,
      body: arrival?.body,
    },
    accessKey,
    new Date(0),
  );
  return /Signature=(\w+)/.exec(String(Authorization))?.[1];
}
