// SPDX-License-Identifier: MIT
// The default pipeline, in order: a new filter is one line here.
#include "core/filter/accessfilter.h"
#include "core/filter/filter.h"
#include "core/filter/loopfilter.h"
#include "core/filter/modelnamefilter.h"
#include "core/filter/pausefilter.h"

namespace meridian::filter {

FilterChain builtinFilters()
{
    std::vector<std::unique_ptr<Filter>> filters;
    filters.push_back(std::make_unique<AccessFilter>());
    filters.push_back(std::make_unique<PauseFilter>());
    filters.push_back(std::make_unique<LoopFilter>());
    filters.push_back(std::make_unique<ModelNameFilter>());
    return FilterChain(std::move(filters));
}

} // namespace meridian::filter
