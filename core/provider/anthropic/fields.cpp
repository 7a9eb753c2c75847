// SPDX-License-Identifier: MIT
#include "core/provider/anthropic/fields.h"

#include <algorithm>

namespace meridian::provider::anthropic {

Fields::Fields(json::Value object)
{
    object.members([this](json::Value name, json::Value value) {
        if (!value.isAbsent()) {
            m_members.emplace_back(name, value);
        }
    });
}

json::Value Fields::take(std::string_view name)
{
    // the last one of several counts; all of them are taken
    json::Value found;
    for (auto &[key, value] : m_members) {
        if (!key.isMissing() && key.is(name)) {
            found = value;
            key = json::Value();
        }
    }
    return found;
}

void Fields::rest(std::vector<Extra> &extras) const
{
    for (const auto &[key, value] : m_members) {
        if (!key.isMissing()) {
            extras.push_back({key.text(), std::string(value.raw())});
        }
    }
}

const Extra *findExtra(const std::vector<Extra> &extras, std::string_view name)
{
    const auto found = std::find_if(extras.begin(), extras.end(),
                                    [name](const Extra &each) { return each.name == name; });
    return found != extras.end() ? &*found : nullptr;
}

void addExtra(std::vector<Extra> &extras, std::string_view name, json::Value value)
{
    extras.push_back({std::string(name), std::string(value.raw())});
}

void writeExtras(json::JsonWriter &out, const std::vector<Extra> &extras)
{
    for (const Extra &extra : extras) {
        out.raw(extra.name, extra.json);
    }
}

bool takeCacheMark(Fields &fields, CacheMark &mark, std::vector<Extra> &extras)
{
    const json::Value control = fields.take("cache_control");
    if (control.isMissing()) {
        return true;
    }
    if (!control.isObject()) {
        return false;
    }
    mark.isSet = true;
    bool isKnown = control["type"].is("ephemeral");
    control.members([&](json::Value name, json::Value value) {
        if (name.is("ttl") && value.isString()) {
            mark.ttl = value.text();
        } else if (!name.is("type")) {
            isKnown = false;
        }
    });
    if (!isKnown) {
        addExtra(extras, "cache_control", control);
    }
    return true;
}

void writeCacheMark(json::JsonWriter &out,
                    const CacheMark &mark,
                    const std::vector<Extra> &extras,
                    bool isOwn)
{
    if (!mark.isSet || (isOwn && findExtra(extras, "cache_control") != nullptr)) {
        return;
    }
    out.key("cache_control").beginObject().string("type", "ephemeral");
    if (!mark.ttl.empty()) {
        out.string("ttl", mark.ttl);
    }
    out.endObject();
}

} // namespace meridian::provider::anthropic
