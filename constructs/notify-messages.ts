const title = '$(PHASE): $(NAMESPACE)/$(CONFIGURATION)'

// Names of objects and counts: nothing in them is read as a link or a mention.
const facts: readonly (readonly [string, string])[] = [
  ['Session', '$(SESSION_KIND) $(SESSION), attempt $(ATTEMPT)'],
  ['Volume', '$(TARGET)'],
  ['Repository', '$(REPOSITORY)'],
  ['Reason', '$(REASON)'],
  ['Added', '$(SIZE_ADDED) of $(SIZE_PROCESSED)'],
  ['Took', '$(DURATION)'],
]

// Slack reads `<!channel>` and links in mrkdwn, and a message may hold the name of a file that somebody chose: all is
// plain_text. A text must not be empty, so each begins with a word.
const plain = (text: string) => ({ type: 'plain_text', text, emoji: false })

/** A message for Slack’s incoming webhooks (Block Kit). */
export const slackMessage = {
  text: title,
  attachments: [
    {
      color: '$(COLOR)',
      blocks: [
        { type: 'section', text: plain(title) },
        { type: 'section', fields: facts.map(([name, value]) => plain(`${name}: ${value}`)) },
        { type: 'section', text: plain('Message: $(MESSAGE)') },
      ],
    },
  ],
}

// A TextBlock reads Markdown, a TextRun does not.
const runs = (...inlines: readonly object[]) => ({ type: 'RichTextBlock', inlines })
const run = (text: string, more: object = {}) => ({ type: 'TextRun', text, ...more })

/** A message for Workflows webhooks of Teams (Adaptive Cards 1.4). */
export const teamsMessage = {
  type: 'message',
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive',
      content: {
        $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
        type: 'AdaptiveCard',
        version: '1.4',
        body: [
          {
            type: 'Container',
            style: '$(STYLE)',
            items: [runs(run(title, { weight: 'Bolder', size: 'Medium' }))],
          },
          ...facts.map(([name, value]) => runs(run(`${name}: `, { weight: 'Bolder' }), run(value))),
          runs(run('Message: ', { weight: 'Bolder' }), run('$(MESSAGE)')),
        ],
      },
    },
  ],
}
