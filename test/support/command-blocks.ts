// In: a page of Markdown. Out: the lines of each of its `sh` blocks, without those that a comment above marks as not machine-checked.

export function commandBlocks(page: string): readonly (readonly string[])[] {
  return [...page.matchAll(/(<!-- not machine-checked: .+ -->\n\n)?```sh\n([\s\S]*?)```/g)]
    .filter(([, mark]) => mark === undefined)
    .map(([, , block = '']) => block.split('\n').filter(Boolean));
}
