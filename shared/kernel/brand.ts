declare const brand: unique symbol;

/** A primitive that only the function that checked it may produce. */
export type Branded<Primitive, Name extends string> = Primitive & { readonly [brand]: Name };
