// Packages of the front end that bring no types; pages only call their documented functions.
declare module "govuk-frontend";
declare module "moj-frontend";
