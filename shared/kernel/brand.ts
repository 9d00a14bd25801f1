declare const brand: unique symbol;

/** A primitive that only its checking function may produce. */
export type Branded<Primitive, Name extends string> = Primitive & { readonly [brand]: Name };
