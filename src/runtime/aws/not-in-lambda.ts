/** Stands in for what the SDK loads only in a browser or for an SSO login. Only the bundler uses this file. */
export {}
