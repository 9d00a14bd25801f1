/**
 * A transaction holds at most so many events: under load it fills up, an event that comes alone is posted alone. What a page
 * says of one dossier is saved once: an event costs a fifth less than with 2,000. More would keep readers waiting.
 */
export const PAGE_SIZE = 5_000;
