/* oriel tag: text comes in, the same text with its tags goes out. */
#include <assert.h>
#include <inttypes.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/report.h"
#include "cli/tagged.h"

struct settings {
    const char *model;
    oriel_reader_options reader;
    oriel_tagger_options tagger;
    unsigned form; /* enum tagged_form */
    bool is_quiet;
};

static const char *const form_names[] = {"conll", "jsonl", "inline", NULL};
static_assert(sizeof(oriel_input) == sizeof(unsigned), "a choice is stored as unsigned");

#define FIELD(name) offsetof(struct settings, name)

static const struct option_row rows[] = {
    {.name = "model", .kind = OPTION_TEXT, .offset = FIELD(model), .argument = "FILE", .help = "made by oriel train"},
    {.name = "input",
     .kind = OPTION_CHOICE,
     .offset = FIELD(reader.format),
     .argument = "FORM",
     .choices = names_of_inputs,
     .help = "text: raw text; tokens: a sentence a line, blanks between its tokens; conll: a token a line"},
    {.name = "output",
     .kind = OPTION_CHOICE,
     .offset = FIELD(form),
     .argument = "FORM",
     .choices = form_names,
     .help = "conll, jsonl or inline, as described below"},
    {.name = "min-confidence",
     .kind = OPTION_NUMBER,
     .offset = FIELD(tagger.min_confidence),
     .argument = "P",
     .least = 0,
     .most = 1,
     .help = "leave out entities of less confidence"},
    {.name = "types",
     .kind = OPTION_TEXT,
     .offset = FIELD(tagger.types),
     .argument = "TYPE,...",
     .help = "leave out entities of other types [all]"},
    {.name = "n-best",
     .kind = OPTION_SIZE,
     .offset = FIELD(tagger.n_best),
     .argument = "N",
     .least = 1,
     .most = ORIEL_MAX_READINGS,
     .help = "softmax, crf: the N most probable readings of each sentence [the best alone]"},
    {.name = "marginals",
     .kind = OPTION_FLAG,
     .offset = FIELD(tagger.marginals),
     .help = "softmax, crf: how probable each tag of each token is"},
    {.name = "threshold",
     .kind = OPTION_NUMBER,
     .offset = FIELD(tagger.threshold),
     .argument = "P",
     .least = 0,
     .most = 1,
     .help = "probability that a type must reach [the model's]"},
    {.name = "wrapped",
     .kind = OPTION_FLAG,
     .offset = FIELD(reader.wrapped),
     .help = "text: a sentence may go on in the next line; only a blank line ends it"},
    {.name = "columns",
     .kind = OPTION_SIZE,
     .offset = FIELD(reader.token_column),
     .argument = "TOKEN",
     .least = 1,
     .most = MOST_COLUMN,
     .help = "conll: the column of the token, counted from 1"},
    {.name = "max-line",
     .kind = OPTION_SIZE,
     .offset = FIELD(reader.max_line),
     .argument = "BYTES",
     .least = 1,
     .most = MOST_LINE_BYTES,
     .help = "conll: a longer line is an error"},
    {.name = "strict",
     .kind = OPTION_FLAG,
     .offset = FIELD(reader.strict),
     .help = "stop at invalid UTF-8 and say where [replace it by U+FFFD and count]"},
    {.name = "quiet", .letter = 'q', .kind = OPTION_FLAG, .offset = FIELD(is_quiet), .help = "say nothing but errors"},
};

static const struct usage usage = {
    .command = "tag",
    .about = "tag text from files or standard input",
    .synopsis = "tag --model FILE [options] [FILE...]",
    .rows = rows,
    .n_rows = sizeof rows / sizeof *rows,
    .notes = "Heads softmax and crf take the most probable tags that the scheme allows for the\n"
             "whole sentence. Sigmoid: a token takes its best type if that reaches the\n"
             "threshold; neighbours of one type are one entity.\n"
             "\n"
             "Output:\n"
             "  conll   token, tab, tag, and a blank line after each sentence. With --input conll\n"
             "          the lines stay as they are and the tag is added as their last column.\n"
             "          --n-best: a tag column for each reading, the best first (_ where there are\n"
             "          no more), after a line \"# readings = 0.91 0.052\" with their probabilities\n"
             "          (not where a sentence goes on that was too long). --marginals: one column\n"
             "          more, such as B-PER=0.912|O=0.087.\n"
             "  jsonl   an object a sentence: text, offset (of the sentence in the input) and\n"
             "          entities with start and end (bytes of text, UTF-8), type, text, confidence.\n"
             "          --n-best: readings, each with its probability and entities. --marginals:\n"
             "          tokens, each with start, end, tag and probabilities by tag.\n"
             "  inline  the input with its entities marked: [PER Ada Lovelace]; plain labels:\n"
             "          word/TAG. Brackets in the input are not escaped: for programs use jsonl.\n"
             "\n"
             "A reading's probability is that of all its tags together, so it is small for a long\n"
             "sentence. Confidence is that of the entity alone. Tags of less than 0.0005 are not\n"
             "shown. --types and --min-confidence leave entities out of the readings, too; they\n"
             "change no probability.\n"
             "\n"
             "Example:\n"
             "  echo 'Ada Lovelace lived in London.' | oriel tag --model names.oriel --output inline\n",
};

struct run {
    const struct settings *settings;
    oriel_model *model;
    oriel_tagger *tagger;
    struct output out;
    struct tagged form;
    uint64_t n_replaced;
};

/* The text goes on as soon as nothing more is there to read, and otherwise when a buffer is full. */
static oriel_status tag_sentences(struct run *run, oriel_reader *reader, oriel_error *err)
{
    oriel_sentence sentence;
    oriel_tags tags;
    bool more = true;
    while (run->out.error == 0) {
        if (run->out.n && oriel_reader_would_block(reader))
            output_flush(&run->out);
        oriel_status status = oriel_reader_next(reader, &sentence, &more, err);
        if (status == ORIEL_OK)
            status = oriel_tag_sentence(run->tagger, &sentence, &tags, err);
        if (status != ORIEL_OK)
            return status;
        tagged_write(&run->form, &sentence, &tags);
        if (!more)
            break;
    }
    return ORIEL_OK;
}

static oriel_status tag_file(struct run *run, const char *path, oriel_error *err)
{
    oriel_reader *reader;
    oriel_status status = oriel_reader_open(&reader, run->model, path, &run->settings->reader, err);
    if (status != ORIEL_OK)
        return status;
    status = tag_sentences(run, reader, err);
    run->n_replaced += oriel_reader_replaced(reader);
    oriel_reader_free(reader);
    return status;
}

static oriel_status tag_files(struct run *run, struct operands files, oriel_error *err)
{
    if (files.n == 0)
        return tag_file(run, "-", err);
    oriel_status status = ORIEL_OK;
    for (size_t i = 0; i < files.n && status == ORIEL_OK && run->out.error == 0; i++)
        status = tag_file(run, files.at[i], err);
    return status;
}

static oriel_status prepare(struct run *run, oriel_error *err)
{
    const struct settings *s = run->settings;
    oriel_status status = oriel_model_load(&run->model, s->model, err);
    if (status == ORIEL_OK)
        status = oriel_tagger_new(&run->tagger, run->model, &s->tagger, err);
    if (status != ORIEL_OK)
        return status;
    oriel_info info;
    oriel_model_info(run->model, &info);
    run->form = (struct tagged){
        .out = &run->out,
        .model = run->model,
        .form = (enum tagged_form)s->form,
        .input = s->reader.format,
        .is_plain = strcmp(info.scheme, "plain") == 0,
        .n_best = s->tagger.n_best,
    };
    return ORIEL_OK;
}

static void say_replaced(uint64_t n)
{
    char text[FIGURE_BYTES];
    fprintf(stderr, "oriel: U+FFFD stands for %s that %s not UTF-8\n",
            report_number_of(text, n, "sequence", "sequences"), n == 1 ? "was" : "were");
}

/* What was tagged before a failure is still written. */
static int tag(const struct settings *s, struct operands files)
{
    struct run run = {.settings = s};
    oriel_error err;
    if (!output_open(&run.out, STDOUT_FILENO))
        return report_no_memory();
    oriel_status status = prepare(&run, &err);
    if (status == ORIEL_OK)
        status = tag_files(&run, files, &err);
    int code = EXIT_FINE;
    if (!output_flush(&run.out))
        code = report_write_error(run.out.error);
    if (status != ORIEL_OK)
        code = report_error(&usage, &err);
    if (run.n_replaced && !s->is_quiet)
        say_replaced(run.n_replaced);
    output_clear(&run.out);
    oriel_tagger_free(run.tagger);
    oriel_model_free(run.model);
    return code;
}

int cmd_tag(int argc, char **argv)
{
    struct settings s = {.tagger.threshold = -1, .reader.token_column = 1, .reader.max_line = 1 << 20};
    struct operands files;
    enum parsed parsed = options_parse(&usage, argc, argv, &s, &files);
    if (parsed != PARSED_GO)
        return parsed == PARSED_HELP ? EXIT_FINE : EXIT_MISUSE;
    if (!s.model)
        return options_misuse(&usage, "--model FILE is missing");
    if (s.form == TAGGED_INLINE && (s.tagger.n_best > 0 || s.tagger.marginals))
        return options_misuse(&usage, "--%s goes with --output conll or jsonl",
                              s.tagger.n_best > 0 ? "n-best" : "marginals");
    return tag(&s, files);
}
