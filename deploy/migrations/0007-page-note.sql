-- The page that the projector has in hand, as JSON: one that it does not survive is begun again by halves.
CREATE TABLE nhip.page_note (one boolean PRIMARY KEY DEFAULT true CHECK (one), note text NOT NULL);
