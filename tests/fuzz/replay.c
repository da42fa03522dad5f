/*
 * Runs a fuzz target over files, and over all files in folders, without a fuzzer: what was found once is tried for
 * ever.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int fail(const char *path)
{
    perror(path);
    return 1;
}

static int replay_file(const char *path, size_t size)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return fail(path);
    uint8_t *data = malloc(size > 0 ? size : 1); /* exactly its size, so that a sanitizer sees the first byte beyond */
    if (!data || fread(data, 1, size, f) != size) {
        free(data);
        fclose(f);
        return fail(path);
    }
    fclose(f);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return 0;
}

static int replay_folder(const char *path);

static int replay(const char *path)
{
    struct stat about;
    if (stat(path, &about) != 0)
        return fail(path);
    if (S_ISDIR(about.st_mode))
        return replay_folder(path);
    fprintf(stderr, "%s\n", path); /* the last one named is the one that crashed */
    return replay_file(path, (size_t)about.st_size);
}

static int replay_folder(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder)
        return fail(path);
    int n_failed = 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char inside[4096];
        if (entry->d_name[0] == '.')
            continue;
        int n = snprintf(inside, sizeof inside, "%s/%s", path, entry->d_name);
        n_failed += n < (int)sizeof inside ? replay(inside) : 1;
    }
    closedir(folder);
    return n_failed;
}

int main(int argc, char **argv)
{
    int n_failed = 0;
    if (argc < 2) {
        fprintf(stderr, "expected files or folders to replay\n");
        return 2;
    }
    for (int i = 1; i < argc; i++)
        n_failed += replay(argv[i]);
    return n_failed > 0;
}
