/** The package `yaml`, loaded where a file is read or written: most commands need none of it. */
export type Yaml = typeof import('yaml')

/** It is CommonJS: Node gives its names beside the default, the bundle gives the default alone. */
export async function loadYaml(): Promise<Yaml> {
  const loaded = await import('yaml')
  return 'default' in loaded ? (loaded.default as Yaml) : loaded
}
