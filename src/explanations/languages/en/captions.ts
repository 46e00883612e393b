/** What live captions say beside the captions: pictures, settings, pages. */
export const captionWords = {
  // who spoke when, as a picture and in words
  timelineTitle: "Who spoke when · {{time}}",
  timelineAbout: "A timeline of {{time}} with a row for each speaker, the one who spoke longest first.",
  timelineMember_one: "{{member}}: {{time}} in {{count, number}} turn, from {{from}} to {{to}}.",
  timelineMember_other: "{{member}}: {{time}} in {{count, number}} turns, from {{from}} to {{to}}.",
  timelineMore_one: "And {{count, number}} more speaker.",
  timelineMore_other: "And {{count, number}} more speakers.",

  // languages, consent, webhooks
  captionsLanguageUnheard:
    "I can't hear {{language}} here. What I can caption: {{languages}}. Please choose one of these, or leave `language:` out.",
  captionsOptInOnly:
    "Only those who said `/privacy opt-in` are captioned in this server; nobody else is heard or written down.",
  captionsNoWebhook:
    "I may not post as those who speak, so their names stand before their words. For the other form I need the permission **Manage Webhooks** here.",
} as const;
