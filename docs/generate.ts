// npm run docs: writes the pages that are made from the code. A test fails while they are not up to date.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { configurationPage } from "./pages/configuration.ts";
import { errorCodesPage } from "./pages/error-codes.ts";

const pages = { "configuration.md": configurationPage, "error-codes.md": errorCodesPage };

for (const [name, page] of Object.entries(pages)) writeFileSync(join(import.meta.dirname, name), page());
