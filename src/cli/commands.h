/*
 * The commands.  Each gets its own part of the command line (argv[0] is its name) and gives an exit code.
 */
#ifndef ORIEL_CLI_COMMANDS_H
#define ORIEL_CLI_COMMANDS_H

int cmd_train(int argc, char **argv);
int cmd_tag(int argc, char **argv);
int cmd_eval(int argc, char **argv);
int cmd_vectors(int argc, char **argv);
int cmd_vectors_train(int argc, char **argv);
int cmd_vectors_near(int argc, char **argv);
int cmd_vectors_eval(int argc, char **argv);
int cmd_vectors_plot(int argc, char **argv);
int cmd_info(int argc, char **argv);

#endif
