-- W3C Trace Context of a message's transition, so that its sending belongs to the same trace. Null where that was not traced.
ALTER TABLE nhip.delivery ADD COLUMN traceparent text;
