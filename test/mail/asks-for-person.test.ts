import { describe, expect, it } from 'vitest';
import { asksForPerson, BY_ASSISTANT } from '../../core/mail/asks-for-person.ts';
import { deskWith } from '../gate/gate-setup.ts';

const desk = deskWith({});
const own = { ...desk, email: { ...desk.email, handOver: ['I want my money back'] } };

describe('a mail', () => {
  it.each([
    'A human, please',
    'a person please!',
    'Human',
    'Can I talk to a human?',
    'I would like to\nspeak to a real person about my order.',
    'Please connect me with an agent.',
    'This bot is useless. Let me speak with someone.',
    'Why can’t I talk to a human?',
    'I don’t want a bot, let me speak to a human',
    'I want a human to look at this',
    'Could a person answer me?',
    'Hand me over to your supervisor.',
    'Is there a real person I can write to?',
    'Subject: Hello\n\nI need a live agent',
    'Forward this to a colleague, please.',
    'Hello,\n\nhuman please\n\nThanks',
    'Ich möchte mit einem Menschen sprechen.',
    'Bitte verbinden Sie mich mit einem Mitarbeiter',
    'Je voudrais parler à un conseiller',
    'Un humain, s’il vous plaît',
    'Quiero hablar con una persona',
    'Vorrei parlare con un operatore',
    'Ik wil graag met iemand spreken',
    'Quero falar com um atendente',
    `A person, please\n\n> ${BY_ASSISTANT}`,
  ])('that says "%s" asks for a person', (text) => {
    expect(asksForPerson(desk, text)).toBe(true);
  });

  it.each([
    'yes',
    'Where is my order?',
    'I don’t need to speak to a person, just the number.',
    'No need to talk to an agent.',
    'I talked to a person yesterday.',
    'Ich muss nicht mit einem Mitarbeiter sprechen.',
    'Is the agent insured?',
    'Change the contact person please',
    'Subject: Agent\n\nWhere is my order?',
    'Subject: A person, please',
    'My title: Agent',
    'Thanks,\nJordan Ellis\nAgent',
    'You need a person to help you move it.',
    'They really need an agent to help them.',
    'Please transfer me to a new account.',
    'Transfer it to an employee of mine.',
    'See the file.\n\n| I want to talk to a human',
    '> speak to a human\n\nThat was a joke.',
    `Thanks!\n\n${BY_ASSISTANT}`,
    `Thanks!\n\n${BY_ASSISTANT.replace(' would ', '\nwould ').replace(' answer ', '\n> answer ')}`,
  ])('that says "%s" does not', (text) => {
    expect(asksForPerson(desk, text)).toBe(false);
  });

  it('asks for one in the words of its desk, as whole words and in any case', () => {
    expect(asksForPerson(own, 'Enough. I WANT my\nmoney back!')).toBe(true);
    expect(asksForPerson(own, 'I want my money backed up')).toBe(false);
    expect(asksForPerson(desk, 'I want my money back')).toBe(false);
  });
});
