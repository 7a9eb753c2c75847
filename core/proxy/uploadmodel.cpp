// SPDX-License-Identifier: MIT
#include "core/proxy/uploadmodel.h"

#include "core/http/headermap.h"

#include <algorithm>
#include <string>

namespace meridian::proxy {

namespace {

std::string_view boundaryOf(std::string_view contentType)
{
    constexpr std::string_view Form = "multipart/form-data";
    if (contentType.size() < Form.size() ||
        !http::equalsIgnoreCase(contentType.substr(0, Form.size()), Form)) {
        return {};
    }
    const auto key = contentType.find("boundary=");
    if (key == std::string_view::npos) {
        return {};
    }
    std::string_view value = contentType.substr(key + 9);
    if (value.starts_with('"')) {
        value.remove_prefix(1);
        return value.substr(0, value.find('"'));
    }
    return value.substr(0, value.find_first_of("; "));
}

bool isModelPart(std::string_view head)
{
    // as browsers and SDKs write it: name="model"; the quotes may be missing
    auto at = head.find("name=\"model\"");
    if (at == std::string_view::npos) {
        at = head.find("name=model");
    }
    return at != std::string_view::npos && at > 0 && (head[at - 1] == ' ' || head[at - 1] == ';');
}

} // namespace

UploadModel findUploadModel(std::string_view contentType, std::string_view window)
{
    const std::string_view boundary = boundaryOf(contentType);
    if (boundary.empty()) {
        return {UploadModelOutcome::Absent, {}};
    }
    const std::string delimiter = "--" + std::string(boundary);
    const std::string nextDelimiter = "\r\n" + delimiter;
    auto at = window.find(delimiter);
    while (at != std::string_view::npos) {
        at += delimiter.size();
        if (window.substr(at).starts_with("--")) {
            return {UploadModelOutcome::Absent, {}}; // the closing delimiter
        }
        const auto headEnd = window.find("\r\n\r\n", at);
        if (headEnd == std::string_view::npos) {
            break;
        }
        const auto bodyEnd = window.find(nextDelimiter, headEnd + 2);
        if (bodyEnd == std::string_view::npos) {
            break;
        }
        if (isModelPart(window.substr(at, headEnd - at))) {
            // a part without a body ends with its head's own empty line (RFC 2046 §5.1.1)
            const std::size_t body = std::min(headEnd + 4, bodyEnd);
            return {UploadModelOutcome::Found, window.substr(body, bodyEnd - body)};
        }
        at = bodyEnd + 2;
    }
    return {UploadModelOutcome::NeedMore, {}};
}

} // namespace meridian::proxy
