/** The catalogue, with an element for each of its components. */

import { Catalog } from "@a2ui/web_core/v0_9";
import { CATALOG } from "../message";
import { COMPONENTS } from "./schemas";
import "./card";
import "./filter";
import "./further";
import "./grid";
import "./heading";
import "./more";
import "./notice";
import "./page";
import "./row";
import "./search";
import "./skeleton";

export const catalogue = new Catalog(CATALOG, [...COMPONENTS]);
