// SPDX-License-Identifier: GPL-2.0
/*
 * A driver with a pool of large objects: interpreter states, each of which
 * consists of 830 allocations.  A script runs on a state, and the put undoes
 * its effects.
 *
 * Owns the pool; its only caller is the module loader.
 */
#include <linux/kpool.h>
#include <linux/module.h>

#include "lua_state.h"

/*
 * A pool knows the size of struct lua_state, but not that of the allocations
 * behind it, so limit the number of idle states.
 */
#define STATES_IDLE	32
#define STATES_MAGAZINE	4

static struct kpool *states;

static int run_script(void)
{
	struct lua_state *state = kpool_get(states, GFP_KERNEL);
	bool done;

	if (!state)
		return -ENOMEM;
	done = lua_script(state, GFP_KERNEL);
	if (done)
		pr_info("kpool_sample_state: a script left %u values\n",
			state->top);
	kpool_put(states, state);
	return done ? 0 : -ENOMEM;
}

static int __init kpool_sample_state_init(void)
{
	const struct kpool_args args = {
		.ops = &lua_state_ops,
		.magazine = STATES_MAGAZINE,
		.idle_max = STATES_IDLE,
	};
	int ret;

	states = kpool_create("kpool_sample_state", sizeof(struct lua_state),
			      &args);
	if (IS_ERR(states))
		return PTR_ERR(states);
	ret = run_script();
	if (ret)
		kpool_destroy(states);
	return ret;
}
module_init(kpool_sample_state_init);

static void __exit kpool_sample_state_exit(void)
{
	kpool_destroy(states);
}
module_exit(kpool_sample_state_exit);

MODULE_DESCRIPTION("A driver with a pool of large objects");
MODULE_LICENSE("GPL");
