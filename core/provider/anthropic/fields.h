// SPDX-License-Identifier: MIT
// Members of Anthropic's objects: those that are known are taken, the rest is kept as it stood.
#pragma once

#include "core/json/jsonwriter.h"
#include "core/json/value.h"
#include "core/provider/conversation.h"

#include <string_view>
#include <utility>
#include <vector>

namespace meridian::provider::anthropic {

/// One object's members, found in one walk. What is null counts as not given. The text must outlive
/// it.
class Fields
{
public:
    explicit Fields(json::Value object);

    /// The member, which is no rest any more; Missing when there is none.
    json::Value take(std::string_view name);

    /// Those that nobody took.
    void rest(std::vector<Extra> &extras) const;

private:
    std::vector<std::pair<json::Value, json::Value>> m_members;
};

[[nodiscard]] const Extra *findExtra(const std::vector<Extra> &extras, std::string_view name);
void addExtra(std::vector<Extra> &extras, std::string_view name, json::Value value);

/// Writes them as members of the object that is open.
void writeExtras(json::JsonWriter &out, const std::vector<Extra> &extras);

/// Takes `cache_control`; one that says more than a CacheMark can is kept whole in `extras`, too.
/// False when it is no object.
[[nodiscard]] bool takeCacheMark(Fields &fields, CacheMark &mark, std::vector<Extra> &extras);

/// Writes `cache_control` if there is one and our own `extras` do not say it.
void writeCacheMark(json::JsonWriter &out,
                    const CacheMark &mark,
                    const std::vector<Extra> &extras,
                    bool isOwn);

} // namespace meridian::provider::anthropic
