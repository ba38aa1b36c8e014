declare const brand: unique symbol
/** A nominal type: two brands of one base never mix without a function that says so. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name }
