import type { connectionCodes } from "../../catalogue/connection.ts";
import type { ProblemSentences } from "../../language.ts";

export const connection = {
  "HTTP.400": {
    title: "请求有误",
    said: "语音服务没听懂我的请求。",
    operator: "HTTP 400，没有错误码。请检查终端节点，以及是否有代理改写了请求。",
  },
  "HTTP.401": {
    title: "没有登录",
    said: "语音服务不相信我的身份。",
    operator:
      "HTTP 401，没有错误码：凭证缺失或有误。如果来自 IAM：用户名、密码或账号名有误，或者是 HUAWEI ID 而不是 IAM 用户（IAM_USERNAME、IAM_PASSWORD、IAM_DOMAIN_NAME）；反复失败会锁定用户。",
  },
  "HTTP.403": {
    title: "不被允许",
    said: "语音服务不允许我这样做。",
    operator: "HTTP 403，没有错误码：缺少权限，或被中间的防火墙、代理拒绝。",
  },
  "HTTP.404": {
    title: "找不到",
    said: "语音服务应该在的地址上什么也没有。",
    operator: "HTTP 404，没有错误码。请检查终端节点、区域和项目 ID。",
  },
  "HTTP.405": {
    title: "入口不对",
    said: "在我拿到的地址上，语音服务不能这样使用。",
    operator: "HTTP 405，没有错误码：终端节点可能是别的服务的。",
  },
  "HTTP.407": {
    title: "中间有守门人",
    said: "这个网络的守门人要我先登录，才能去找语音服务。",
    operator: "HTTP 407：网络代理要求凭证。请放行本机。",
  },
  "HTTP.408": {
    title: "太慢了",
    said: "语音服务没有等到录音送完。",
    operator: "HTTP 408：上传用时太久。请检查本机的上行带宽。",
  },
  "HTTP.413": {
    title: "一次太多",
    said: "语音服务一次收不下这么多声音。",
    operator: "HTTP 413，没有错误码：请调低 SIS_MAX_BASE64_BYTES，或提高中间代理的限制。",
  },
  "HTTP.429": {
    title: "放慢一些",
    said: "语音服务请我慢一点。",
    operator: "HTTP 429，没有错误码：请求太多。如果一直出现，请调低 SIS_MAX_QPS。",
  },
  "HTTP.431": {
    title: "通行证过大",
    said: "我的通行证太大，过不了通往语音服务的路。",
    operator: "HTTP 431：请求头太大，通常是 Token。改用 AK/SK 可以避免。",
  },
  "HTTP.500": {
    title: "服务出错",
    said: "语音服务自己出错了。",
    operator: "HTTP 500，没有错误码。如果一直这样，请查看服务的状态页。",
  },
  "HTTP.502": {
    title: "中间断了一环",
    said: "通往语音服务的路断了一环。",
    operator: "网关或代理返回 HTTP 502：它后面的服务没有正常回应。",
  },
  "HTTP.503": {
    title: "暂时关闭",
    said: "语音服务暂时关闭了。",
    operator: "HTTP 503：过载或维护。如果一直这样，请查看服务的状态页。",
  },
  "HTTP.504": {
    title: "途中没有音信",
    said: "录音已经送往语音服务，但途中没有了音信。",
    operator: "网关或代理返回 HTTP 504：它后面的服务用时太久。",
  },

  "NETWORK.ECONNREFUSED": {
    title: "无人应答",
    said: "语音服务应该在的地方无人应答。",
    operator: "连接被拒绝：终端节点的地址和端口上没有服务。请检查 SIS_ENDPOINT。",
  },
  "NETWORK.ECONNRESET": {
    title: "被切断",
    said: "语音服务中途切断了我。",
    operator: "连接被重置。偶尔出现是正常的；如果反复出现，请检查防火墙和代理。",
  },
  "NETWORK.ETIMEDOUT": {
    title: "没有动静",
    said: "我呼叫了语音服务，却没有任何动静。",
    operator: "连接超时。请检查本机的网络，以及丢弃数据包的防火墙。",
  },
  "NETWORK.EPIPE": {
    title: "挂断了",
    said: "我还在递交录音，语音服务就挂断了。",
    operator: "发送请求体时对方关闭了连接（EPIPE）。如果反复出现，请检查中间的代理。",
  },
  "NETWORK.ENOTFOUND": {
    title: "地址不存在",
    said: "我手上的语音服务地址查不到。",
    operator: "DNS 中没有该主机。请检查 SIS_ENDPOINT 和 SIS_REGION 有无错误，以及本机的 DNS。",
  },
  "NETWORK.EAI_AGAIN": {
    title: "查不了地址",
    said: "我现在查不了语音服务的地址。",
    operator: "DNS 没有回应。请检查本机的解析器和网络。",
  },
  "NETWORK.EHOSTUNREACH": {
    title: "没有路",
    said: "从这里到语音服务，现在没有路。",
    operator: "没有到该主机的路由。请检查本机的网络和防火墙。",
  },
  "NETWORK.ENETUNREACH": {
    title: "没有网络",
    said: "我现在与网络断开了。",
    operator: "网络不可达。请检查本机的连接；如果 IPv6 只配置了一半，也请检查。",
  },
  "NETWORK.EMFILE": {
    title: "忙不过来",
    said: "我手上的事太多，现在开不了新的线路。",
    operator: "本进程的文件描述符用完了。请提高上限（LimitNOFILE、ulimit -n）。",
  },
  "NETWORK.SOCKET": {
    title: "线路断了",
    said: "通往语音服务的线路断了。",
    operator: "对方关闭了连接。偶尔出现是正常的；如果反复出现，请检查代理。",
  },
  "NETWORK.CONNECT_TIMEOUT": {
    title: "没能接通",
    said: "我没能及时接通语音服务。",
    operator: "在连接时限内没有连上。请检查本机的网络和防火墙。",
  },
  "NETWORK.HEADERS_TIMEOUT": {
    title: "没有开始回应",
    said: "语音服务收下录音后，一直没有开始回应。",
    operator: "没有及时收到响应头。请检查服务是否繁忙，以及中间的代理。",
  },
  "NETWORK.BODY_TIMEOUT": {
    title: "说到一半停了",
    said: "语音服务回应到一半，就没有声音了。",
    operator: "响应体停滞。请检查本机的网络，以及中间的代理。",
  },
  "NETWORK.HEADERS_OVERFLOW": {
    title: "通行证收不下",
    said: "语音服务给我的通行证太大，我收不下。",
    operator: "响应头超过 64 KiB，通常是角色很多的 IAM Token。改用 AK/SK 可以避免。",
  },
  "NETWORK.CERT_HAS_EXPIRED": {
    title: "过期的证件",
    said: "语音服务出示的证件已经过期。",
    operator: "TLS 证书已过期。请检查本机的时钟，以及拦截 TLS 的代理。",
  },
  "NETWORK.CERT_NOT_YET_VALID": {
    title: "尚未生效的证件",
    said: "语音服务出示的证件还没有生效。",
    operator: "TLS 证书尚未生效：本机的时钟可能不准。",
  },
  "NETWORK.DEPTH_ZERO_SELF_SIGNED_CERT": {
    title: "自制的证件",
    said: "语音服务出示的证件是它自己做的。",
    operator: "TLS 证书是自签名的。请检查终端节点；私有服务需要设置 NODE_EXTRA_CA_CERTS。",
  },
  "NETWORK.SELF_SIGNED_CERT_IN_CHAIN": {
    title: "陌生人担保",
    said: "替语音服务担保的，是我不认识的人。",
    operator: "TLS 证书链由私有机构签发，拦截 TLS 的代理就是这样。请用 NODE_EXTRA_CA_CERTS 信任它。",
  },
  "NETWORK.UNABLE_TO_VERIFY_LEAF_SIGNATURE": {
    title: "证件没有印章",
    said: "我无法核对语音服务的证件。",
    operator: "服务器没有发送完整的 TLS 证书链，或其签发机构在这里不受信任。",
  },
  "NETWORK.UNABLE_TO_GET_ISSUER_CERT_LOCALLY": {
    title: "不认识的印章",
    said: "语音服务证件上的印章，我不认识。",
    operator: "TLS 证书的签发者在这里不受信任。请安装其证书，或设置 NODE_EXTRA_CA_CERTS。",
  },
  "NETWORK.ERR_TLS_CERT_ALTNAME_INVALID": {
    title: "别人的证件",
    said: "替语音服务应答的一方，出示的是别人的证件。",
    operator: "TLS 证书属于别的主机。请检查 SIS_ENDPOINT，以及拦截 TLS 的代理。",
  },
} as const satisfies Record<keyof typeof connectionCodes, ProblemSentences>;
