import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Client } from '../client/api.ts';
import { Resource } from '../state/resource.ts';
import { useApp } from './context.ts';

/** Keeps a resource loaded while the component stands on the page. */
export function useShown<Value>(resource: Resource<Value>): Resource<Value> {
  const { figures, shown } = useApp();
  useEffect(() => {
    // Before the first figures the page asks for nothing else; then it loads what is shown.
    if (figures.resource.value.value !== undefined) void resource.refresh();
    return shown.add(resource);
  }, [resource]);
  return resource;
}

/**
 * An answer of the server that only this component shows.
 * @param question changes when another answer is wanted
 */
export function useAnswer<Value>(
  load: (client: Client) => Promise<Value>,
  question: string,
): Resource<Value> {
  const { client } = useApp();
  const latest = useRef(load);
  latest.current = load;
  const resource = useMemo(() => new Resource(() => latest.current(client)), []);
  const asked = useRef(question);
  useEffect(() => {
    if (asked.current === question) return;
    asked.current = question;
    resource.supersede();
    void resource.refresh();
  }, [question]);
  return useShown(resource);
}
