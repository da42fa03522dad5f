/*
 * The built-in rules.  They follow the corpora that people train on, because a model knows words only as its corpus cut
 * them: contractions are split as in English treebanks (do n't, Ada 's), "%" and "$" stand alone.  About hyphens
 * corpora disagree: Universal Dependencies cuts English words at them; CoNLL 2003, WikiGold, GermEval and Bosque do
 * not, and word vectors are made of uncut words.  We do not cut: "Jean-Claude", "Grã-Bretanha" and "US-Armee" are one
 * word.
 *
 * Repetitions are possessive or bounded, so that a token costs time in proportion to its length or to a small constant.
 * The order matters for speed, too: most tokens are done by the second rule.
 */
#include "text/tokenizer.h"

static const char rules[] =
    "# How Oriel cuts text into tokens and sentences.  A rule is \"name = pattern\"; a line that begins with a blank\n"
    "# goes on with the pattern.  Patterns are PCRE2's; blanks in them mean nothing, \\# is a #, ( ) does not\n"
    "# capture.  The token rules are tried in order where no white space is; the first to match makes the token.\n"
    "\n"
    "# English: can not, gon na, wan na, got ta.\n"
    "token.joined = (?i: can (?=not\\b) | (?:gon|wan) (?=na\\b) | got (?=ta\\b) )\n"
    "\n"
    "# Most words: letters, then something that cannot belong to them.\n"
    "token.plain = (?: [a-zA-Z]++ | [^\\P{L}\\p{Han}\\p{Hiragana}\\p{Katakana}]++ ) (?=[\\s,;!?)\"]|\\z)\n"
    "\n"
    "# Chinese is cut into characters, Japanese where the script changes.\n"
    "token.han = \\p{Han}\n"
    "token.kana = (?: (?=\\p{L}) \\p{Hiragana} )++ | (?: (?=\\p{L}) [\\p{Katakana}ー] )++\n"
    "\n"
    "# Addresses.  The mark that ends a sentence does not belong to the address before it.\n"
    "token.url = (?i: (?:https?|s?ftps?|file)://|www\\. )\n"
    "    (?: [^\\s<>\"'.,;:!?()\\[\\]{}]++ | \\( [^\\s()<>\"]*+ \\)\n"
    "    | [.,;:!?'\\[\\]]++ (?=[^\\s<>\"'.,;:!?()\\[\\]{}]) )++\n"
    "token.email = [\\p{Xan}_] [\\p{Xan}_.+%-]{0,63}+ @\n"
    "    (?: [\\p{Xan}_-]{1,63}+ \\. (?=\\p{Xan}) ){1,8}+ [\\p{Xan}-]{1,63}+\n"
    "token.domain = (?: [\\p{Xan}_-]{1,63}+ \\. (?=[a-zA-Z]) ){1,8}+\n"
    "    (?i: com|org|net|edu|gov|mil|int|info|biz|io|eu|uk|de|fr|es|pt|br|ru|docx?|xlsx?|pptx?|pdf|txt|csv|html?\n"
    "    |jpe?g|png|gif|zip|exe ) (?!\\p{Xan})\n"
    "token.name = (?<![\\p{Xan}_]) @ [\\p{Xan}_]++\n"
    "token.topic = (?<![\\p{Xan}_]) \\# (?=\\p{Nd}*+[\\p{L}_]) [\\p{L}\\p{M}\\p{N}_]++\n"
    "\n"
    "# Numbers: 1,000.50  10:30  11/28/2000  713-853-3989; with a dot as German writes \"3. Mai\".\n"
    "token.ordinal = \\p{Nd}{1,2}+ \\. (?= \\s++ (?: \\p{Ll}\n"
    "    | (?:Jan|Feb|März|Apr|Mai|Ju[nl]|Aug|Sep|Okt|Nov|Dez|Jahrh)\\p{Ll}*+ ) )\n"
    "token.number = (?: (?<!\\S) [-+−] )? \\p{Nd}++\n"
    "    (?: (?:[.,:/-]\\p{Nd}++)++ | (?! [\\p{L}\\p{M}_] | [-'’&]\\p{L} ) )\n"
    "\n"
    "# English contractions: do n't, we 'll, Ada 's.\n"
    "token.negated = (?i: (?=\\p{L}{2,8}+['’]t\\b) \\p{L}{1,7}? (?=n['’]t\\b) | (?<=\\p{L}) n['’]t\\b )\n"
    "token.clitic = (?<=[\\p{L}\\p{N}]) ['’] (?i: s|m|d|ll|re|ve ) (?![\\p{L}\\p{N}])\n"
    "\n"
    "# Abbreviations keep their dot.\n"
    "token.letters = \\p{L}\\. (?: (?:\\p{L}\\.)++ (?!\\p{L}) | (?:\\p{L}\\.)*+ \\p{L} (?![\\p{L}\\p{N}.]) )\n"
    "token.initial = (?!I\\b) \\p{Lu}\\. (?= \\s*+ \\p{Lu} [\\p{Ll}.'’] )\n"
    "token.title = (?=\\p{L}{2,6}+\\.)\n"
    "    (?: Mrs?|Ms|Mx|Dr|Prof|Ste?|Rev|Fr|Hon|Gen|Col|Lt|Sgt|Capt|Cmdr|Maj|Adm|Gov|Sen|Rep|Pres\n"
    "    |Sra?|Jr|Mme|Mlle|Mt|Ft|Inc|Corp|Co|Ltd|Bros|Dept|Univ|Ave?|Blvd|vs|etc|cf|ca|approx|resp|bzw|usw\n"
    "    |Hrsg|engl ) \\.\n"
    "token.counted = (?: Nos?|Nr|Vol|Figs?|Ch|Sec|Art|pp? ) \\. (?=\\s*+\\p{N})\n"
    "token.date = (?: Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Mon|Tues?|Wed|Thur?s?|Fri|Sat|Sun ) \\.\n"
    "    (?=\\s*+[\\p{Nd}\\p{Ll},])\n"
    "\n"
    "# US$, R$.\n"
    "token.money = \\p{Lu}{1,3}+ \\$\n"
    "\n"
    "# Words of any script.  Hyphens, apostrophes inside, & and _ join; to cut at hyphens, take -‐‑ out of [ ].\n"
    "token.word = (?: [a-zA-Z0-9]++ | [^\\P{Xan}\\p{Han}\\p{Hiragana}\\p{Katakana}] | \\p{M} )++\n"
    "    (?: (?: [-‐‑&_·\\x{AD}\\x{200C}\\x{200D}] | ['’] (?! (?i:s|m|d|ll|re|ve) (?![\\p{L}\\p{N}]) ) )\n"
    "    (?: [a-zA-Z0-9]++ | [^\\P{Xan}\\p{Han}\\p{Hiragana}\\p{Katakana}] | \\p{M} )++ )*+\n"
    "\n"
    "# Marks that belong together; last, any single symbol with all that belongs to it: an emoji family is one token.\n"
    "token.marks = \\.{2,}+ | …++ | [!?！？]++ | '' | ’’ | ‘‘ | ``\n"
    "    | -{2,}+ | ={2,}+ | \\*{2,}+ | _{2,}+ | ~{2,}+ | \\#{2,}+ | <{2,}+ | >{2,}+\n"
    "token.smiley = (?<!\\p{N}) [:;=] [-']?+ [()DPp] (?![\\p{Xan}]) | <3 (?!\\p{N})\n"
    "token.symbol = \\X\n"
    "\n"
    "# A sentence ends after a token that this matches as a whole: an end mark, or what closes directly behind one,\n"
    "# if no small letter follows; but not after the number that begins an item of a list.\n"
    "sentence.end = (?<!\\A\\p{Nd}) (?<!\\A\\p{Nd}{2}) (?: [.!?…]++ (?![\"'”’“»)\\]])\n"
    "    | (?<=[.!?…]|[.!?…][\"'”’“»)\\]]) (?:''|[\"'”’“»)\\]]) (?![\"'”’“»)\\]])\n"
    "    ) (?=\\z|\\s++(?!\\p{Ll})) | etc\\. (?=\\s++\\p{Lu})\n"
    "    | [。！？]++ (?![」』”’）\"]) | (?<=[。！？]) [」』”’）\"]\n";

const char *tokenizer_default_rules(void)
{
    return rules;
}
