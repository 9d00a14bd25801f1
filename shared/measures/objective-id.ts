/** The form of an objective's id: lower-case words joined by hyphens. Also the page checks it. */
export const OBJECTIVE_ID = /^[a-z][a-z0-9-]{0,99}$/;
