import type { connectionCodes } from "../../catalogue/connection.ts";
import type { ProblemSentences } from "../../language.ts";

export const connection = {
  "HTTP.400": {
    title: "A bad request",
    said: "The speech service didn't understand what I asked for.",
    operator: "HTTP 400 without a code. Check the endpoint and for proxies that rewrite requests.",
  },
  "HTTP.401": {
    title: "Not logged in",
    said: "The speech service doesn't believe that I am who I say.",
    operator:
      "HTTP 401 without a code: the credentials are missing or wrong. From IAM: user name, password or domain is wrong, or it is a HUAWEI ID instead of an IAM user (IAM_USERNAME, IAM_PASSWORD, IAM_DOMAIN_NAME); repeated failures lock the user.",
  },
  "HTTP.403": {
    title: "Not allowed",
    said: "The speech service doesn't allow me what I asked for.",
    operator: "HTTP 403 without a code: rights are missing, or a firewall or proxy in between refuses.",
  },
  "HTTP.404": {
    title: "Not found",
    said: "There is nothing at the address where the speech service should be.",
    operator: "HTTP 404 without a code. Check the endpoint, the region and the project id.",
  },
  "HTTP.405": {
    title: "The wrong way in",
    said: "The speech service can't be asked like this at the address I was given.",
    operator: "HTTP 405 without a code: the endpoint is probably that of another service.",
  },
  "HTTP.407": {
    title: "A gatekeeper in between",
    said: "A gatekeeper on this network wants me to log in before I can reach the speech service.",
    operator: "HTTP 407: a network proxy asks for credentials. Let this host through.",
  },
  "HTTP.408": {
    title: "Too slow",
    said: "The speech service stopped waiting for the recording to arrive.",
    operator: "HTTP 408: the upload took too long. Check this host's upstream bandwidth.",
  },
  "HTTP.413": {
    title: "Too much at once",
    said: "The speech service won't take that much sound at once.",
    operator:
      "HTTP 413 without a code: lower SIS_MAX_BASE64_BYTES, or raise the limit of a proxy in between.",
  },
  "HTTP.429": {
    title: "Slow down",
    said: "The speech service asked me to slow down a little.",
    operator: "HTTP 429 without a code: too many requests. Lower SIS_MAX_QPS if it keeps coming.",
  },
  "HTTP.431": {
    title: "A pass too big",
    said: "My pass is too big for the way to the speech service.",
    operator: "HTTP 431: the headers are too large, usually the token. AK/SK avoids it.",
  },
  "HTTP.500": {
    title: "The service failed",
    said: "The speech service ran into an error of its own.",
    operator: "HTTP 500 without a code. If it stays, check the service's status page.",
  },
  "HTTP.502": {
    title: "A broken link in the chain",
    said: "A link in the chain to the speech service is broken.",
    operator: "HTTP 502 from a gateway or proxy: what is behind it does not answer properly.",
  },
  "HTTP.503": {
    title: "Closed for the moment",
    said: "The speech service is closed for the moment.",
    operator: "HTTP 503: overload or maintenance. Check the service's status page if it stays.",
  },
  "HTTP.504": {
    title: "Lost in between",
    said: "The recording set out for the speech service, and no word has come back.",
    operator: "HTTP 504 from a gateway or proxy: what is behind it took too long.",
  },

  "NETWORK.ECONNREFUSED": {
    title: "Nobody answers",
    said: "Nobody answers where the speech service should be.",
    operator:
      "The connection was refused: nothing listens at the endpoint's address and port. Check SIS_ENDPOINT.",
  },
  "NETWORK.ECONNRESET": {
    title: "Cut off",
    said: "The speech service cut me off in the middle.",
    operator:
      "The connection was reset. Now and then is normal; if it repeats, look at firewalls and proxies.",
  },
  "NETWORK.ETIMEDOUT": {
    title: "No sign of life",
    said: "I called the speech service, and there was no sign of life.",
    operator: "The connection timed out. Check this host's network, and firewalls that drop packets.",
  },
  "NETWORK.EPIPE": {
    title: "Hung up",
    said: "The speech service hung up while I was still handing it the recording.",
    operator:
      "The peer closed while the body was being sent (EPIPE). If it repeats, look at proxies in between.",
  },
  "NETWORK.ENOTFOUND": {
    title: "An unknown address",
    said: "The address I have for the speech service isn't known.",
    operator:
      "DNS does not know the host. Check SIS_ENDPOINT and SIS_REGION for mistakes, and this host's DNS.",
  },
  "NETWORK.EAI_AGAIN": {
    title: "The address book is closed",
    said: "I can't look up the address of the speech service right now.",
    operator: "DNS did not answer. Check this host's resolver and network.",
  },
  "NETWORK.EHOSTUNREACH": {
    title: "No road there",
    said: "There is no way from here to the speech service right now.",
    operator: "No route to the host. Check this host's network and firewall.",
  },
  "NETWORK.ENETUNREACH": {
    title: "No network",
    said: "I'm cut off from the network right now.",
    operator:
      "The network is unreachable. Check this host's connection; with IPv6 only half set up, also that.",
  },
  "NETWORK.EMFILE": {
    title: "Hands full",
    said: "I have my hands full and can't open another line right now.",
    operator: "This process is out of file descriptors. Raise the limit (LimitNOFILE, ulimit -n).",
  },
  "NETWORK.SOCKET": {
    title: "The line broke",
    said: "The line to the speech service broke.",
    operator: "The other side closed the connection. Now and then is normal; if it repeats, look at proxies.",
  },
  "NETWORK.CONNECT_TIMEOUT": {
    title: "Couldn't get through",
    said: "I couldn't get through to the speech service in time.",
    operator: "No connection within the time for connecting. Check this host's network and firewall.",
  },
  "NETWORK.HEADERS_TIMEOUT": {
    title: "It didn't begin to answer",
    said: "The speech service took the recording and didn't begin to answer.",
    operator: "No response headers in time. Check how busy the service is, and proxies in between.",
  },
  "NETWORK.BODY_TIMEOUT": {
    title: "It stopped in mid-answer",
    said: "The speech service began to answer and then fell silent.",
    operator: "The response body stalled. Check this host's network, and proxies in between.",
  },
  "NETWORK.HEADERS_OVERFLOW": {
    title: "A pass too big to receive",
    said: "The pass that the speech service gave me is too big for me to take.",
    operator: "Response headers are over 64 KiB, usually an IAM token with many roles. AK/SK avoids it.",
  },
  "NETWORK.CERT_HAS_EXPIRED": {
    title: "An expired identity card",
    said: "The speech service showed me an identity card that has expired.",
    operator: "The TLS certificate has expired. Check this host's clock, and proxies that intercept TLS.",
  },
  "NETWORK.CERT_NOT_YET_VALID": {
    title: "An identity card from the future",
    said: "The speech service showed me an identity card that isn't valid yet.",
    operator: "The TLS certificate is not valid yet: this host's clock is probably wrong.",
  },
  "NETWORK.DEPTH_ZERO_SELF_SIGNED_CERT": {
    title: "A home-made identity card",
    said: "The speech service showed me an identity card that it made itself.",
    operator:
      "The TLS certificate is self-signed. Check the endpoint; a private one needs NODE_EXTRA_CA_CERTS.",
  },
  "NETWORK.SELF_SIGNED_CERT_IN_CHAIN": {
    title: "Vouched for by a stranger",
    said: "Somebody I don't know vouches for the speech service.",
    operator:
      "A private authority signed the TLS chain, as intercepting proxies do: trust it by NODE_EXTRA_CA_CERTS.",
  },
  "NETWORK.UNABLE_TO_VERIFY_LEAF_SIGNATURE": {
    title: "An identity card without a seal",
    said: "I couldn't check the identity card of the speech service.",
    operator: "The server does not send its whole TLS chain, or its authority is not trusted here.",
  },
  "NETWORK.UNABLE_TO_GET_ISSUER_CERT_LOCALLY": {
    title: "An unknown seal",
    said: "I don't know the seal on the identity card of the speech service.",
    operator:
      "The issuer of the TLS certificate is not trusted here. Install it, or set NODE_EXTRA_CA_CERTS.",
  },
  "NETWORK.ERR_TLS_CERT_ALTNAME_INVALID": {
    title: "Somebody else's identity card",
    said: "Whoever answered for the speech service showed somebody else's identity card.",
    operator: "The TLS certificate is for another host. Check SIS_ENDPOINT, and proxies that intercept TLS.",
  },
} as const satisfies Record<keyof typeof connectionCodes, ProblemSentences>;
