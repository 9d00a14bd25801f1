-- Which process leads in a role. Judged by the clock of this server alone, so that the clocks of hosts do not matter.
CREATE TABLE nhip.lease (
  role text PRIMARY KEY,
  holder text NOT NULL,
  until timestamptz NOT NULL
);
