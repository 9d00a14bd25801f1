import type { Resource } from './resource.ts';

type ShownResource = Pick<Resource<unknown>, 'refresh' | 'supersede'>;

/** The resources that the open page shows: only these are loaded again when something moves. */
export class Shown {
  readonly #resources = new Set<ShownResource>();

  /** @returns a function that ends it */
  add(resource: ShownResource): () => void {
    this.#resources.add(resource);
    return () => this.#resources.delete(resource);
  }

  async refresh(): Promise<void> {
    await Promise.all([...this.#resources].map((one) => one.refresh()));
  }

  /** The address asks for something else than what they show. */
  supersede(): void {
    for (const one of this.#resources) one.supersede();
  }
}
