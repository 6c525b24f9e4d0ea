// @ts-check
// Starts what a page of the frame may hold; each part does nothing where it is absent.
import * as govuk from "govuk-frontend";
import { startCounts } from "concours/count";
import { startThemes } from "concours/theme";
import { tellZone } from "concours/zone";

for (const component of [
  govuk.Button,
  govuk.ErrorSummary,
  govuk.NotificationBanner,
  govuk.PasswordInput,
  govuk.ServiceNavigation,
  govuk.SkipLink,
  govuk.Tabs,
]) {
  govuk.createAll(component);
}
startCounts();
startThemes();
tellZone();

// The board's own components are fetched only where a page holds one.
if (document.querySelector('[data-module^="moj-"]')) {
  const moj = await import("moj-frontend");
  moj.initAll();
}
