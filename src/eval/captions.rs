//! Captions ask for clips, and clips for captions: recall among the first 1, 5 and 10, and mean average precision at 10.
//!
//! From words to sound each caption is a query with one right clip. From sound to words each clip is a query with several
//! right captions, any of which counts for recall, while the average precision counts all of them (as in the language-based
//! audio retrieval of DCASE and in CLAP's own evaluation).

use crate::classify::metrics::average_precision_at;
use crate::embedding::{Embedding, expect_dim};
use crate::error::{Error, Result, Stage};

/// Among how many of the first an answer is looked for.
pub(crate) const CUTS: [usize; 3] = [1, 5, 10];

/// Down to which place average precision looks.
const DEPTH: usize = 10;

/// How well one direction does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Retrieval {
    /// Number of queries.
    pub queries: usize,
    /// Number of things that are ranked.
    pub candidates: usize,
    /// Number of clips: captions of one clip are no independent cases, so that intervals go by this.
    pub clips: usize,
    /// Share of the queries with a right answer among the first 1, 5 and 10.
    pub recall: [f64; 3],
    /// Mean average precision at 10.
    pub mean_average_precision: f64,
    /// Median place of the first right answer, from 1.
    pub median_rank: usize,
}

/// Both directions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CaptionRetrieval {
    /// Captions ask for clips.
    pub text_to_audio: Retrieval,
    /// Clips ask for captions.
    pub audio_to_text: Retrieval,
}

/// Ranks `clips` for each of `captions` and the reverse; `owners` has for each caption the clip that it is of.
///
/// # Errors
/// [`Refusal::OtherDimension`](crate::error::Refusal::OtherDimension) if the vectors are not of one dimension;
/// [`Error::Internal`] if the owners are others'.
pub fn retrieve(clips: &[Embedding], captions: &[Embedding], owners: &[usize]) -> Result<CaptionRetrieval> {
    let dim = clips.first().map_or(0, Embedding::dim);
    expect_dim(dim, clips.iter().chain(captions))?;
    if owners.len() != captions.len() || owners.iter().any(|owner| *owner >= clips.len()) {
        return Err(Error::internal(Stage::Search, "the captions are of other clips"));
    }
    let text_to_audio = captions.iter().zip(owners).map(|(caption, owner)| {
        let cosines: Vec<f32> = clips.iter().map(|clip| clip.cosine_in_space(caption)).collect();
        vec![rank(&cosines, *owner)]
    });
    let mut of_clip = vec![Vec::new(); clips.len()];
    owners.iter().enumerate().for_each(|(caption, owner)| of_clip[*owner].push(caption));
    let audio_to_text = clips.iter().zip(&of_clip).map(|(clip, right)| {
        let cosines: Vec<f32> = captions.iter().map(|caption| caption.cosine_in_space(clip)).collect();
        right.iter().map(|caption| rank(&cosines, *caption)).collect()
    });
    Ok(CaptionRetrieval {
        text_to_audio: summarise(text_to_audio.collect(), clips.len(), clips.len()),
        audio_to_text: summarise(audio_to_text.collect(), captions.len(), clips.len()),
    })
}

/// The place of `wanted` by falling cosine, from 1; of equal ones the earlier comes first.
fn rank(cosines: &[f32], wanted: usize) -> usize {
    let own = cosines[wanted];
    let before = |(place, cosine): (usize, &f32)| *cosine > own || (*cosine == own && place < wanted);
    1 + cosines.iter().enumerate().filter(|each| before(*each)).count()
}

/// What the places of the right answers come to, one list a query.
fn summarise(ranks: Vec<Vec<usize>>, candidates: usize, clips: usize) -> Retrieval {
    let queries = ranks.len();
    let mut best: Vec<usize> = ranks.iter().filter_map(|ranks| ranks.iter().copied().min()).collect();
    best.sort_unstable();
    let average = |ranks: &Vec<usize>| {
        let hits: Vec<bool> = (1..=DEPTH).map(|place| ranks.contains(&place)).collect();
        average_precision_at(DEPTH, &hits, ranks.len())
    };
    let mean = |sum: f64| sum / queries.max(1) as f64;
    Retrieval {
        queries,
        candidates,
        clips,
        recall: CUTS.map(|cut| mean(best.iter().filter(|rank| **rank <= cut).count() as f64)),
        mean_average_precision: mean(ranks.iter().map(average).sum()),
        median_rank: best.get(best.len() / 2).copied().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(degrees: f32) -> Embedding {
        let radians = degrees.to_radians();
        Embedding::normalized(vec![radians.cos(), radians.sin()]).unwrap()
    }

    #[test]
    fn each_of_five_captions_asks_for_its_clip_and_any_of_them_answers_it() {
        // Clip 0 has five captions, of which two are nearer to clip 1; clip 1 has one.
        let clips = [at(0.0), at(40.0)];
        let captions = [1.0, 2.0, 3.0, 30.0, 31.0, 39.0].map(at);
        let both = retrieve(&clips, &captions, &[0, 0, 0, 0, 0, 1]).unwrap();
        let words = both.text_to_audio;
        assert_eq!((words.queries, words.candidates, words.clips, words.median_rank), (6, 2, 2, 1));
        assert!((words.recall[0] - 4.0 / 6.0).abs() < 1e-9 && words.recall[1] == 1.0, "{words:?}");
        assert!((words.mean_average_precision - (4.0 + 2.0 * 0.5) / 6.0).abs() < 1e-9, "{words:?}");
        let sounds = both.audio_to_text;
        assert_eq!((sounds.queries, sounds.candidates, sounds.recall), (2, 6, [1.0; 3]));
        // Clip 0 finds its five at 1 to 5, clip 1 its one at 1.
        assert!((sounds.mean_average_precision - 1.0).abs() < 1e-9, "{sounds:?}");
    }

    #[test]
    fn average_precision_counts_all_captions_of_a_clip() {
        // The clip's two captions are at places 2 and 3 of three: (1/2 + 2/3) / 2.
        let both = retrieve(&[at(0.0), at(90.0)], &[10.0, 20.0, 5.0].map(at), &[0, 0, 1]).unwrap();
        let clip = (0.5 + 2.0 / 3.0) / 2.0;
        // The other clip's own caption is last for it: 1/3.
        assert!((both.audio_to_text.mean_average_precision - (clip + 1.0 / 3.0) / 2.0).abs() < 1e-9, "{both:?}");
        assert_eq!(both.audio_to_text.recall, [0.0, 1.0, 1.0]);
        assert_eq!(both.audio_to_text.median_rank, 3);
    }

    #[test]
    fn captions_of_other_clips_or_another_model_are_refused() {
        let other = Embedding::normalized(vec![1.0; 3]).unwrap();
        assert!(matches!(retrieve(&[at(0.0)], &[other], &[0]), Err(Error::Request(_))));
        for owners in [&[1][..], &[], &[0, 0]] {
            assert!(retrieve(&[at(0.0)], &[at(1.0)], owners).is_err(), "{owners:?}");
        }
    }

    #[test]
    fn a_right_answer_below_the_tenth_is_no_hit() {
        let clips: Vec<Embedding> = (0..12).map(|clip| at(clip as f32)).collect();
        let words = retrieve(&clips, &[at(0.0)], &[11]).unwrap().text_to_audio;
        assert_eq!((words.recall, words.mean_average_precision, words.median_rank), ([0.0; 3], 0.0, 12));
    }
}
