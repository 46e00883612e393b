import { operator, operatorAgain, vendor, vendorAgain, type Facts } from "./facts.ts";

/** Codes that Earshot gives where the service gave none: the way to it, HTTP alone, and this host. */
export const earshotCodes = {
  TIMEOUT: vendorAgain,
  MALFORMED: vendorAgain,
  "QUEUE.FULL": operatorAgain,
  "POCKETSPHINX.MISSING": operator,
  "POCKETSPHINX.CRASHED": operatorAgain,

  "HTTP.400": operator,
  "HTTP.401": operator,
  "HTTP.403": operator,
  "HTTP.404": operator,
  "HTTP.405": operator,
  "HTTP.407": operator,
  "HTTP.408": vendorAgain,
  "HTTP.413": operator,
  "HTTP.429": operatorAgain,
  "HTTP.431": operator,
  "HTTP.500": vendorAgain,
  "HTTP.502": vendorAgain,
  "HTTP.503": vendorAgain,
  "HTTP.504": vendorAgain,

  "NETWORK.ECONNREFUSED": vendorAgain,
  "NETWORK.ECONNRESET": vendorAgain,
  "NETWORK.ETIMEDOUT": vendorAgain,
  "NETWORK.EPIPE": vendorAgain,
  "NETWORK.ENOTFOUND": operatorAgain,
  "NETWORK.EAI_AGAIN": operatorAgain,
  "NETWORK.EHOSTUNREACH": operatorAgain,
  "NETWORK.ENETUNREACH": operatorAgain,
  "NETWORK.EMFILE": operatorAgain,
  "NETWORK.UND_ERR_SOCKET": vendorAgain,
  "NETWORK.UND_ERR_CONNECT_TIMEOUT": vendorAgain,
  "NETWORK.UND_ERR_HEADERS_TIMEOUT": vendorAgain,
  "NETWORK.UND_ERR_BODY_TIMEOUT": vendorAgain,
  "NETWORK.UND_ERR_HEADERS_OVERFLOW": operator,
  "NETWORK.CERT_HAS_EXPIRED": operator,
  "NETWORK.CERT_NOT_YET_VALID": operator,
  "NETWORK.DEPTH_ZERO_SELF_SIGNED_CERT": operator,
  "NETWORK.SELF_SIGNED_CERT_IN_CHAIN": operator,
  "NETWORK.UNABLE_TO_VERIFY_LEAF_SIGNATURE": operator,
  "NETWORK.UNABLE_TO_GET_ISSUER_CERT_LOCALLY": operator,
  "NETWORK.ERR_TLS_CERT_ALTNAME_INVALID": operator,
} as const satisfies Record<string, Facts>;

/** For codes that are not in the catalogue, by what their HTTP status (or ours) tells. */
export const unknownCodes = {
  "unknown:access": operator,
  "unknown:busy": operatorAgain,
  "unknown:4xx": vendor,
  "unknown:5xx": vendorAgain,
  "unknown:network": vendorAgain,
} as const satisfies Record<string, Facts>;
