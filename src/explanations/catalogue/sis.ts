import { member, operator, operatorAgain, vendor, vendorAgain, type Facts } from "./facts.ts";

/**
 * Huawei SIS: the 61 codes of its API reference, section 6.8, by what they are about, and three others. Trying again
 * helps where the document says so, and for 0001, 0033, 0100 and 0302, where it names only its support.
 */
export const sisCodes = {
  // common
  "SIS.0001": vendorAgain,
  "SIS.0003": operator,
  "SIS.0012": operator,
  "SIS.0022": operator,
  "SIS.0023": operator,
  "SIS.0024": operator,
  "SIS.0031": operator,
  "SIS.0032": operator,
  "SIS.0033": vendorAgain,
  "SIS.0100": vendorAgain,
  "SIS.0101": operator,
  "SIS.0102": operator,
  "SIS.0103": operator,
  // recognition
  "SIS.0301": operator,
  "SIS.0302": vendorAgain,
  "SIS.0303": vendorAgain,
  "SIS.0304": operator,
  "SIS.0305": vendorAgain,
  "SIS.0306": vendorAgain,
  "SIS.0307": vendorAgain,
  "SIS.0309": member,
  // the older sentence interface
  "SIS.0601": operator,
  "SIS.0602": member,
  "SIS.0604": member,
  "SIS.0605": vendorAgain,
  "SIS.0608": operator,
  "SIS.0609": operator,
  // in the vendor's examples or its current Chinese table, not in 6.8
  "SIS.0002": vendor,
  "SIS.0005": operator,
  "SIS.0312": operatorAgain,
} as const satisfies Record<string, Facts>;

/** Huawei SIS beyond recognizing a clip: word lists, synthesis, long recordings, assessment. */
export const sisFurtherCodes = {
  // hot words
  "SIS.0201": operator,
  "SIS.0203": operator,
  "SIS.0204": operator,
  "SIS.0205": operator,
  "SIS.0206": vendor,
  "SIS.0207": vendor,
  "SIS.0208": operator,
  // synthesis
  "SIS.0401": vendorAgain,
  "SIS.0402": operator,
  "SIS.0410": operator,
  "SIS.0411": operator,
  "SIS.0412": vendorAgain,
  "SIS.0413": vendorAgain,
  "SIS.0414": vendorAgain,
  "SIS.0415": operator,
  "SIS.0416": operatorAgain,
  "SIS.0417": vendorAgain,
  "SIS.0418": operator,
  "SIS.0419": operator,
  // long recordings
  "SIS.0506": operator,
  "SIS.0533": operator,
  "SIS.0534": operator,
  "SIS.0535": member,
  "SIS.0536": operatorAgain,
  "SIS.0537": member,
  "SIS.0538": vendorAgain,
  "SIS.0541": operator,
  "SIS.30003": operator,
  "SIS.30004": operator,
  "SIS.30006": member,
  "SIS.30007": operator,
  "SIS.30008": vendor,
  // pronunciation assessment
  "SIS.0701": member,
  "SIS.0702": operator,
} as const satisfies Record<string, Facts>;
