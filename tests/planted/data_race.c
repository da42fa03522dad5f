/* tsan: data race */
#include <pthread.h>

static int n;

static void *count(void *unused)
{
    for (int i = 0; i < 1000; i++)
        n++;
    return unused;
}

int main(void)
{
    pthread_t other;
    if (pthread_create(&other, NULL, count, NULL) != 0)
        return 1;
    count(NULL);
    return pthread_join(other, NULL);
}
