import {
  BaseCommand,
  buildImage,
  type ImageBuildResult,
  imageSources,
  renderImageBuild,
} from '@cqkd/harness';
import { Flags } from '@oclif/core';

export default class ImageBuild extends BaseCommand<ImageBuildResult> {
  static override summary = 'Build the image of the nodes.';
  static override description =
    'An engine that has the image of this cqkd already is left alone. By default Node comes from this machine where the ' +
    'engine can run it, and no network is needed; else from an official image. deploy builds the image by itself.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --from registry',
    '<%= config.bin %> <%= command.id %> --from registry --base my.registry/node:20-bookworm-slim',
  ];
  static override flags = {
    from: Flags.option({ options: imageSources })({
      default: 'auto',
      summary: 'Where Node comes from: an official image, or this machine.',
    }),
    base: Flags.string({
      helpValue: 'IMAGE',
      summary: 'The image to take Node from, instead of the official one.',
    }),
    force: Flags.boolean({ summary: 'Build it even where it is there.' }),
  };

  async run(): Promise<ImageBuildResult> {
    const { flags } = await this.parse(ImageBuild);
    const { from, base, force } = flags;
    const result = await buildImage({ ...this.context(flags), from, base, force });
    await this.say(renderImageBuild(result));
    return result;
  }
}
