-- W3C Trace Context of what a message tells of, so that its sending belongs to the same trace. Null where that was not traced.
ALTER TABLE nhip.delivery ADD COLUMN traceparent text;
