import { PlainCommand } from '../_base.ts'

export default class ConfigSchema extends PlainCommand {
  static override summary = 'Print the JSON Schema of cost-guard.yaml, for editors; needs no account.'
  static override examples = [
    {
      description:
        'Then let the first line of cost-guard.yaml be: # yaml-language-server: $schema=cost-guard.schema.json',
      command: '<%= config.bin %> config schema > cost-guard.schema.json',
    },
  ]

  async run(): Promise<unknown> {
    await this.parse(ConfigSchema)
    const { configSchema, schemaText } = await import('../_config/schema.ts')
    this.say(schemaText())
    return configSchema()
  }
}
